#include "dockerfile/variables.h"
#include "dockerfile/white_space.h"
#include "dockerfile/words.h"

#include <algorithm>

namespace harden {

std::string without_quotes(std::string_view word, char escape)
{
    std::string text;
    char quote = 0;
    for (std::size_t i = 0; i < word.size(); ++i) {
        const char byte = word[i];
        const char next = i + 1 < word.size() ? word[i + 1] : '\0';
        const bool is_escape =
            byte == escape && (quote == 0 || (quote == '"' && (next == '"' || next == '$' ||
                                                               next == escape || next == '\0')));
        if (is_escape && ++i < word.size())
            text.push_back(next);
        else if (!is_escape && quote == 0 && (byte == '"' || byte == '\''))
            quote = byte;
        else if (!is_escape && byte == quote)
            quote = 0;
        else if (!is_escape)
            text.push_back(byte);
    }
    return text;
}

static NamedValue named_value(const Dockerfile& file, std::string_view word, std::size_t name_end,
                              std::string_view written)
{
    const auto begin = static_cast<std::uint32_t>(word.data() - file.joined().data());
    return {.name = word.substr(0, name_end),
            .value = without_quotes(written, file.escape()),
            .range = {begin, begin + static_cast<std::uint32_t>(word.size())},
            .written = written};
}

// ENV name value
static std::vector<NamedValue> one_pair(const Dockerfile& file, std::string_view body)
{
    const auto name_end = blank_after(body, 0);
    const auto value = body.substr(skip_blanks(body, name_end));
    if (value.empty())
        return {};
    return {named_value(file, body, name_end, value)};
}

std::vector<NamedValue> named_values(const Dockerfile& file, const Instruction& instruction)
{
    const auto body = file.text(instruction.body);
    const bool is_arg = instruction.keyword == Keyword::Arg;
    std::vector<NamedValue> values;
    std::size_t at = 0;
    for (auto word = next_word(body, at, file.escape()); !word.empty();
         word = next_word(body, at, file.escape())) {
        const auto equals = word.find('=');
        if (equals != std::string_view::npos) {
            values.push_back(named_value(file, word, equals, word.substr(equals + 1)));
        } else if (is_arg) {
            values.push_back(named_value(file, word, word.size(), {}));
            values.back().value.reset();
        } else if (values.empty()) {
            return one_pair(file, body);
        }
    }
    return values;
}

}
