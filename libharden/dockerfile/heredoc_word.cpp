#include "dockerfile/heredoc_word.h"

#include "dockerfile/white_space.h"

namespace harden {

static bool is_quote(char byte)
{
    return byte == '"' || byte == '\'';
}

// In double quotes a backslash escapes these alone.
static bool is_escapable(char byte)
{
    return byte == '"' || byte == '$' || byte == '\\';
}

// `name` is what a shell makes of the written word, of which nothing but quotes is taken away here.
static bool unquote(std::string_view written, std::string& name)
{
    bool was_quoted = false;
    char quote = 0;
    for (std::size_t i = 0; i < written.size(); ++i) {
        const char byte = written[i];
        const bool is_last = i + 1 == written.size();
        if (byte == '\\' &&
            (quote == 0 || (quote == '"' && !is_last && is_escapable(written[i + 1])))) {
            if (!is_last)
                name.push_back(written[++i]);
        } else if (byte == quote) {
            quote = 0;
        } else if (quote == 0 && is_quote(byte)) {
            quote = byte;
            was_quoted = true;
        } else {
            name.push_back(byte);
        }
    }
    return was_quoted;
}

std::optional<HeredocWord> heredoc_word(std::string_view word)
{
    auto at = word.find_first_not_of("0123456789");
    if (at == std::string_view::npos || word.substr(at, 2) != "<<")
        return {};
    HeredocWord heredoc;
    at += 2;
    heredoc.chomps = word.substr(at).starts_with('-');
    at = word.find_first_not_of(" \t\r\f", at + (heredoc.chomps ? 1U : 0U));
    if (at == std::string_view::npos || word.find('<', at) != std::string_view::npos)
        return {};
    const auto written = word.substr(at);
    heredoc.expands = !unquote(written, heredoc.name);
    if (heredoc.name.empty())
        return {};
    heredoc.begin = at + (is_quote(written.front()) ? 1U : 0U);
    heredoc.is_plain = word.substr(heredoc.begin).starts_with(heredoc.name);
    return heredoc;
}

}
