#include "dockerfile/heredoc_word.h"
#include "dockerfile/parser.h"

namespace harden {

static bool may_have_heredocs(const Instruction& instruction)
{
    const auto keyword = instruction.keyword;
    return !instruction.is_exec &&
           (keyword == Keyword::Run || keyword == Keyword::Copy || keyword == Keyword::Add);
}

void DockerfileParser::read_heredocs(Span line, Instruction& instruction)
{
    if (!may_have_heredocs(instruction) || line.text().find("<<") == std::string_view::npos)
        return;
    for (const auto word : heredoc_candidates(line.text()))
        if (read_heredoc(line.from(static_cast<std::size_t>(word.data() - line.text().data())),
                         word))
            ++instruction.heredoc_count;
}

static std::string_view without_tabs(std::string_view line)
{
    return line.substr(std::min(line.find_first_not_of('\t'), line.size()));
}

bool DockerfileParser::read_heredoc(Span place, std::string_view word)
{
    const auto written = heredoc_word(word);
    if (!written)
        return false;
    const auto begin = place.offset + static_cast<std::uint32_t>(written->begin);
    Heredoc heredoc{.name = {begin, begin + static_cast<std::uint32_t>(written->name.size())},
                    .body = {joined_at(at_), joined_at(at_)},
                    .expands = written->expands,
                    .chomps = written->chomps};
    const auto end_of_word = place.offset + static_cast<std::uint32_t>(word.size());
    const auto end = heredoc_end(*written);
    heredoc.body.end = joined_at(end ? end->begin : at_);
    if (!written->is_plain)
        heredoc.name =
            end ? TextRange{joined_at(end->end - written->name.size()), joined_at(end->end)}
                : TextRange{begin, end_of_word};
    if (!end)
        complain(begin, "the heredoc has no end");
    file_.heredocs_.push_back(heredoc);
    return true;
}

// The line that ends a heredoc; what follows it is read next.
std::optional<DockerfileParser::Line> DockerfileParser::heredoc_end(const HeredocWord& heredoc)
{
    while (at_ < source_.size()) {
        const auto line = next_line();
        const auto text = text_between(line.begin, line.end);
        if ((heredoc.chomps ? without_tabs(text) : text) == heredoc.name)
            return line;
    }
    return {};
}

}
