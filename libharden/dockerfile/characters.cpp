#include "dockerfile/characters.h"

#include <algorithm>

namespace harden {

static constexpr char32_t first_byte = 0x110000; // beyond Unicode

static std::size_t length_of(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xF0)
        return lead < 0xF5 ? 4 : 0;
    if (lead >= 0xE0)
        return 3;
    return lead >= 0xC2 ? 2 : 0;
}

// 0: the bytes there are no character.
static std::size_t read_character(std::string_view text, char32_t& character)
{
    const auto lead = static_cast<unsigned char>(text.front());
    const auto length = length_of(lead);
    if (length == 0 || text.size() < length)
        return 0;
    character = length == 1 ? lead : lead & (0x7FU >> length);
    for (const char byte : text.substr(1, length - 1)) {
        if ((static_cast<unsigned char>(byte) & 0xC0U) != 0x80)
            return 0;
        character = (character << 6U) | (static_cast<unsigned char>(byte) & 0x3FU);
    }
    constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    return character >= least[length] && character < first_byte ? length : 0;
}

std::u32string characters_of(std::string_view text)
{
    std::u32string characters;
    characters.reserve(text.size());
    while (!text.empty()) {
        char32_t character = 0;
        const auto length = read_character(text, character);
        if (length == 0)
            character = first_byte + static_cast<unsigned char>(text.front());
        characters.push_back(character);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return characters;
}

void append_utf8(char32_t character, std::string& out)
{
    const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    const auto tail = [&](unsigned shift) { put(0x80U | ((character >> shift) & 0x3FU)); };
    if (character >= first_byte)
        put(character - first_byte);
    else if (character < 0x80)
        put(character);
    else if (character < 0x800)
        put(0xC0U | (character >> 6U)), tail(0);
    else if (character < 0x10000)
        put(0xE0U | (character >> 12U)), tail(6), tail(0);
    else
        put(0xF0U | (character >> 18U)), tail(12), tail(6), tail(0);
}

std::string utf8_of(std::u32string_view characters)
{
    std::string text;
    text.reserve(characters.size());
    for (const auto character : characters)
        append_utf8(character, text);
    return text;
}

}
