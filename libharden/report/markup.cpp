#include "report/markup.h"

#include <cctype>

namespace harden {

static std::string entity(char letter)
{
    return cat("&#", std::to_string(static_cast<unsigned char>(letter)), ";");
}

std::string in_xml(std::string_view foreign, std::size_t limit)
{
    std::string safe;
    for (const char letter : escaped(foreign, limit))
        safe += std::string_view{"&<>\"'"}.find(letter) == std::string_view::npos
                    ? std::string{letter}
                    : entity(letter);
    return safe;
}

// A dot makes a link of "www." alone, a colon of "http:".
static bool is_harmless(char letter, char before)
{
    const auto byte = static_cast<unsigned char>(letter);
    if (byte >= 0x80 || std::isalnum(byte) != 0)
        return true;
    if (letter == '.')
        return before != 'w' && before != 'W';
    return std::string_view{" ,;=/()%-+"}.find(letter) != std::string_view::npos;
}

std::string in_markdown(std::string_view foreign, std::size_t limit)
{
    std::string safe;
    char before = 0;
    for (const char letter : escaped(foreign, limit)) {
        safe += is_harmless(letter, before) ? std::string{letter} : entity(letter);
        before = letter;
    }
    return safe;
}

std::string fingerprint(std::string_view text)
{
    std::uint64_t hash = 14695981039346656037U;
    for (const char letter : text)
        hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211U;
    std::string digits(16, '0');
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, hash >>= 4U)
        *digit = "0123456789abcdef"[hash & 0xfU];
    return digits;
}

}
