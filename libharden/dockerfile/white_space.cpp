#include "dockerfile/white_space.h"

#include <array>

namespace harden {

// White_Space of Unicode above ASCII, as UTF-8.
static constexpr std::array<std::string_view, 19> wide_spaces{
    "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81",
    "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86",
    "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8",
    "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};

std::size_t wide_space_length(std::string_view text, std::size_t at)
{
    const auto rest = text.substr(at);
    for (const auto space : wide_spaces)
        if (rest.starts_with(space))
            return space.size();
    return 0;
}

static std::size_t space_before(std::string_view text)
{
    if (static_cast<unsigned char>(text.back()) < 0x80)
        return space_length(text, text.size() - 1);
    for (const auto space : wide_spaces)
        if (text.ends_with(space))
            return space.size();
    return 0;
}

std::size_t trimmed_end(std::string_view text, std::size_t begin)
{
    auto end = text.size();
    while (end > begin) {
        const auto length = space_before(text.substr(begin, end - begin));
        if (length == 0)
            break;
        end -= length;
    }
    return end;
}

}
