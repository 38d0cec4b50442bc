#include "dockerfile/words.h"

#include "dockerfile/white_space.h"

#include <algorithm>
#include <array>

namespace harden {

// Letters, digits and what else has no meaning here, whatever the escape character.
static constexpr std::array<bool, 256> plain_bytes = [] {
    std::array<bool, 256> plain{};
    for (std::size_t byte = ' ' + 1; byte < 0x80; ++byte)
        plain[byte] = byte != '"' && byte != '\'' && byte != '\\' && byte != '`';
    return plain;
}();

static std::size_t skip_plain(std::string_view text, std::size_t at)
{
    while (at < text.size() && plain_bytes[static_cast<unsigned char>(text[at])])
        ++at;
    return at;
}

std::string_view next_word(std::string_view text, std::size_t& at, char escape)
{
    at = skip_space(text, at);
    const auto begin = at;
    char quote = 0;
    while (at < text.size()) {
        at = skip_plain(text, at);
        if (at == text.size() || (quote == 0 && space_length(text, at) != 0))
            break;
        const char byte = text[at++];
        if (byte == escape && quote != '\'')
            ++at;
        else if (quote != 0)
            quote = byte == quote ? '\0' : quote;
        else if (byte == '"' || byte == '\'')
            quote = byte;
    }
    at = std::min(at, text.size());
    return text.substr(begin, at - begin);
}

}
