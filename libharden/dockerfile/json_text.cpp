#include "dockerfile/json_text.h"

#include "dockerfile/characters.h"

#include <cstdint>
#include <optional>

namespace harden {

static std::optional<std::uint32_t> four_digits(std::string_view text, std::size_t at)
{
    if (text.size() < at + 4)
        return {};
    std::uint32_t value = 0;
    for (const char byte : text.substr(at, 4)) {
        const char lower = static_cast<char>(byte | 0x20);
        if (byte >= '0' && byte <= '9')
            value = value * 16 + static_cast<std::uint32_t>(byte - '0');
        else if (lower >= 'a' && lower <= 'f')
            value = value * 16 + static_cast<std::uint32_t>(lower - 'a' + 10);
        else
            return {};
    }
    return value;
}

static bool is_half(std::uint32_t code, std::uint32_t first)
{
    return code >= first && code < first + 0x400;
}

// After \u: a pair of halves is one character, a half alone is none.
static std::size_t read_code(std::string_view text, std::size_t at, std::string& out)
{
    constexpr std::uint32_t replacement = 0xFFFD;
    const auto code = four_digits(text, at);
    if (!code)
        return 0;
    if (is_half(*code, 0xD800) && text.substr(at + 4, 2) == "\\u") {
        const auto low = four_digits(text, at + 6);
        if (low && is_half(*low, 0xDC00)) {
            append_utf8(0x10000 + ((*code - 0xD800) << 10U) + (*low - 0xDC00), out);
            return at + 10;
        }
    }
    const bool is_alone = is_half(*code, 0xD800) || is_half(*code, 0xDC00);
    append_utf8(is_alone ? replacement : *code, out);
    return at + 4;
}

// After the backslash; 0 where nothing may be escaped so.
static std::size_t read_escape(std::string_view text, std::size_t at, std::string& out)
{
    constexpr std::string_view written = "\"\\/bfnrt";
    constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
    if (at == text.size())
        return 0;
    if (text[at] == 'u')
        return read_code(text, at + 1, out);
    const auto which = written.find(text[at]);
    if (which == std::string_view::npos)
        return 0;
    out.push_back(meant[which]);
    return at + 1;
}

static std::size_t plain_end(std::string_view text, std::size_t at)
{
    while (at < text.size() && text[at] != '"' && text[at] != '\\' &&
           static_cast<unsigned char>(text[at]) >= 0x20)
        ++at;
    return at;
}

std::size_t read_json_text(std::string_view text, std::size_t at, std::string& characters)
{
    if (at >= text.size() || text[at] != '"')
        return at;
    for (auto next = at + 1;;) {
        const auto stop = plain_end(text, next);
        characters.append(text, next, stop - next);
        if (stop == text.size())
            return at;
        if (text[stop] == '"')
            return stop + 1;
        next = text[stop] == '\\' ? read_escape(text, stop + 1, characters) : 0;
        if (next == 0)
            return at;
    }
}

}
