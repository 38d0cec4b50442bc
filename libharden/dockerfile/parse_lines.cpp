#include "base/text.h"
#include "dockerfile/parser.h"
#include "dockerfile/white_space.h"

#include <algorithm>

namespace harden {

constexpr std::size_t most_problems = 100; // of one file that are told

DockerfileParser::DockerfileParser(std::string_view source)
    : source_{source.substr(0, longest_dockerfile)}
{
    file_.joined_.reserve(source_.size() + 1);
    file_.instructions_.reserve(std::min<std::size_t>(source_.size() / 40 + 4, 64));
    file_.segments_.reserve(std::min<std::size_t>(source_.size() / 64 + 4, 64));
    if (source.size() > longest_dockerfile)
        complain_at(longest_dockerfile, "the file is larger than 1 MiB");
}

Dockerfile DockerfileParser::parse() &&
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    leave_out(0, source_.starts_with(byte_order_mark) ? byte_order_mark.size() : 0);
    at_ = copied_;
    read_directives();
    while (at_ < source_.size())
        read_line();
    copy_until(source_.size());
    if (file_.instructions_.empty())
        complain_at(source_.size(), "the file has no instructions");
    else if (stage_ == 0 && !is_outside_)
        complain_at(source_.size(), "the file has no FROM");
    return std::move(file_);
}

void DockerfileParser::read_line()
{
    const auto line = next_line();
    const auto begin = text_begin(line);
    if (begin == line.end)
        return;
    if (source_[begin] == '#')
        keep_comment(begin, line.end);
    else
        read_instruction(join(begin, line));
    if (!inner_comments_.empty())
        append_inner_comments();
}

DockerfileParser::Span DockerfileParser::join(std::size_t begin, const Line& first)
{
    auto cut = continuation_of(begin, first.end);
    const auto offset = joined_at(begin);
    if (cut == first.end)
        return {text_between(begin, cut), offset};
    for (auto end = first.end; cut != end;) {
        const auto line = next_joined_line();
        leave_out(cut, line ? line->begin : source_.size());
        if (!line)
            break;
        end = line->end;
        cut = continuation_of(line->begin, end);
        copy_until(cut);
    }
    return {std::string_view{file_.joined_}.substr(offset), offset};
}

// The next line that is neither empty nor a comment.
std::optional<DockerfileParser::Line> DockerfileParser::next_joined_line()
{
    while (at_ < source_.size()) {
        const auto line = next_line();
        const auto begin = text_begin(line);
        if (begin == line.end)
            continue;
        if (source_[begin] != '#')
            return line;
        inner_comments_.push_back({begin, line.end, line.next});
    }
    return {};
}

void DockerfileParser::keep_comment(std::size_t sign, std::size_t end)
{
    file_.comments_.reserve(std::max<std::size_t>(file_.comments_.capacity(), 8));
    file_.comments_.push_back({joined_at(sign + 1), joined_at(end)});
}

// What BuildKit drops from the middle of an instruction stands after it in the joined text.
void DockerfileParser::append_inner_comments()
{
    copy_until(at_);
    for (const auto& comment : inner_comments_) {
        if (!file_.joined_.ends_with('\n'))
            file_.joined_.push_back('\n');
        leave_out(copied_, comment.begin);
        keep_comment(comment.begin, comment.end);
        copy_until(comment.next);
    }
    leave_out(copied_, at_);
    inner_comments_.clear();
}

void DockerfileParser::complain(std::size_t joined_offset, std::string message)
{
    complain_at(file_.source_offset(joined_offset), std::move(message));
}

bool DockerfileParser::may_complain() const
{
    return file_.problems_.size() < most_problems;
}

void DockerfileParser::complain_at(std::size_t source_offset, std::string message)
{
    if (may_complain())
        file_.problems_.push_back({source_offset, std::move(message)});
}

Dockerfile parse_dockerfile(std::string_view source)
{
    return DockerfileParser{source}.parse();
}

}
