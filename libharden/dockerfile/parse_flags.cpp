#include "dockerfile/arguments.h"
#include "dockerfile/flags.h"
#include "dockerfile/parser.h"
#include "dockerfile/white_space.h"

#include <algorithm>

namespace harden {

static std::size_t skip_flag_space(std::string_view text, std::size_t at)
{
    while (at < text.size() && is_byte_space(text[at]))
        ++at;
    return at;
}

static std::size_t flag_end(std::string_view text, std::size_t at, char escape)
{
    char quote = 0;
    while (at < text.size() && (quote != 0 || !is_byte_space(text[at]))) {
        const char byte = text[at++];
        if (byte == escape)
            ++at;
        else if (quote != 0)
            quote = byte == quote ? '\0' : quote;
        else if (byte == '"' || byte == '\'')
            quote = byte;
    }
    return std::min(at, text.size());
}

static bool is_quoted(std::string_view value)
{
    return value.size() > 1 && (value.front() == '"' || value.front() == '\'') &&
           value.find(value.front(), 1) == value.size() - 1;
}

// `word` starts with its dashes.
static InstructionFlag flag_of(std::string_view word, std::uint32_t offset)
{
    constexpr std::uint32_t dashes = 2;
    const auto at = [offset](std::size_t in_word) {
        return offset + static_cast<std::uint32_t>(in_word);
    };
    const auto name_end = std::min(word.find('='), word.size());
    const auto value = word.substr(std::min(name_end + 1, word.size()));
    const auto quote = is_quoted(value) ? 1U : 0U;
    return {{at(dashes), at(name_end)},
            {at(word.size() - value.size() + quote), at(word.size() - quote)}};
}

DockerfileParser::Span DockerfileParser::read_flags(Span rest, Instruction& instruction)
{
    if (!rest.text().empty() && rest.text().front() != '-' && !is_byte_space(rest.text().front()))
        return rest;
    auto at = skip_flag_space(rest.text(), 0);
    while (rest.text().substr(at).starts_with("--")) {
        const auto begin = at;
        const auto end = flag_end(rest.text(), begin, file_.escape_);
        const auto word = rest.text().substr(begin, end - begin);
        if (word == "--")
            return rest.from(end);
        at = skip_flag_space(rest.text(), end);
        file_.flags_.reserve(std::max<std::size_t>(file_.flags_.capacity(), 8));
        file_.flags_.push_back(flag_of(word, rest.offset + static_cast<std::uint32_t>(begin)));
        ++instruction.flag_count;
    }
    return rest.from(at);
}

static PlainFlag plain_flag(std::string_view word, char escape)
{
    std::string text;
    char quote = 0;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] == escape && i + 1 < word.size())
            text.push_back(word[++i]);
        else if (word[i] == quote)
            quote = 0;
        else if (quote == 0 && (word[i] == '"' || word[i] == '\''))
            quote = word[i];
        else if (word[i] != escape)
            text.push_back(word[i]);
    }
    const auto equals = text.find('=');
    if (equals == std::string::npos)
        return {text, {}};
    return {text.substr(0, equals), text.substr(equals + 1)};
}

static bool takes_any_flag(Keyword keyword, std::string_view body)
{
    return keyword == Keyword::Arg || keyword == Keyword::Stopsignal ||
           keyword == Keyword::Unknown ||
           (keyword == Keyword::Healthcheck && is_healthcheck_none(body));
}

void DockerfileParser::check_flags(Span line, Span body, const Instruction& instruction)
{
    if (takes_any_flag(instruction.keyword, body.text()))
        return;
    std::vector<PlainFlag> plain;
    const auto flags = file_.flags_of(instruction);
    for (const auto& flag : flags) {
        const auto end = std::max(flag.name.end, flag.value.end);
        const auto word = line.text().substr(flag.name.begin - line.offset, end - flag.name.begin);
        plain.push_back(plain_flag(word, file_.escape_));
    }
    if (const auto problem = flag_problem(instruction.keyword, plain))
        complain(flags[problem->which].name.begin, problem->message);
}

}
