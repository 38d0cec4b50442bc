#pragma once

#include <cstddef>
#include <string_view>

namespace harden {

// BuildKit trims what Go takes for white space, Unicode's included, and separates words at ASCII's.

std::size_t wide_space_length(std::string_view text, std::size_t at);

// The length of the white space character that starts there; 0: there is none.
inline std::size_t space_length(std::string_view text, std::size_t at)
{
    const char byte = text[at];
    if (static_cast<unsigned char>(byte) < 0x80)
        return byte == ' ' || (byte >= '\t' && byte <= '\r') ? 1 : 0;
    return wide_space_length(text, at);
}

// A char of UTF-8's longer characters is negative: it is looked at as well.
inline std::size_t skip_space(std::string_view text, std::size_t at)
{
    while (at < text.size() && text[at] <= ' ') {
        const auto length = space_length(text, at);
        if (length == 0)
            break;
        at += length;
    }
    return at;
}

// Where the text from `begin` ends without the white space at its end.
std::size_t trimmed_end(std::string_view text, std::size_t begin);

inline bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\v' || byte == '\f';
}

// Where BuildKit looks at bytes, these two of Latin-1 are white space as well.
inline bool is_byte_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r') || byte == '\x85' || byte == '\xA0';
}

inline std::size_t skip_blanks(std::string_view text, std::size_t at)
{
    while (at < text.size() && is_blank(text[at]))
        ++at;
    return at;
}

inline std::size_t blank_after(std::string_view text, std::size_t at)
{
    while (at < text.size() && !is_blank(text[at]))
        ++at;
    return at;
}

}
