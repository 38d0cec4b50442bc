#include "dockerfile/decode.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utf8proc.h>

namespace harden {

namespace {

struct LookAlike {
    char32_t letter;
    char latin;
};

// Letters of other scripts that are drawn as Latin ones and have no compatible form: those of
// Unicode's confusables (UTS 39) with which a word can be written, in ascending order.
constexpr std::array look_alikes = std::to_array<LookAlike>({
    {0x0131, 'i'}, {0x0251, 'a'}, {0x0261, 'g'}, {0x0269, 'i'}, {0x026a, 'i'}, {0x028f, 'y'},
    {0x03b1, 'a'}, {0x03b9, 'i'}, {0x03ba, 'k'}, {0x03bd, 'v'}, {0x03bf, 'o'}, {0x03c1, 'p'},
    {0x03c4, 't'}, {0x03c5, 'u'}, {0x03c7, 'x'}, {0x03f3, 'j'}, {0x0430, 'a'}, {0x0433, 'r'},
    {0x0435, 'e'}, {0x043a, 'k'}, {0x043c, 'm'}, {0x043e, 'o'}, {0x0440, 'p'}, {0x0441, 'c'},
    {0x0442, 't'}, {0x0443, 'y'}, {0x0445, 'x'}, {0x044c, 'b'}, {0x0455, 's'}, {0x0456, 'i'},
    {0x0458, 'j'}, {0x04bb, 'h'}, {0x04cf, 'l'}, {0x0501, 'd'}, {0x051b, 'q'}, {0x051d, 'w'},
    {0x0561, 'w'}, {0x0563, 'q'}, {0x0570, 'h'}, {0x0578, 'n'}, {0x057d, 'u'}, {0x0585, 'o'},
    {0x1d00, 'a'}, {0x1d04, 'c'}, {0x1d07, 'e'}, {0x1d0f, 'o'}, {0x1d1c, 'u'}, {0x1d20, 'v'},
    {0x1d21, 'w'}, {0x1d22, 'z'}, {0x2010, '-'}, {0x2011, '-'}, {0x2012, '-'}, {0x2013, '-'},
    {0x2014, '-'}, {0x2212, '-'}, {0xab70, 'd'}, {0xab75, 'i'}, {0xab81, 'r'}, {0xab93, 'z'},
});

char32_t latin(char32_t letter)
{
    const auto* found =
        std::lower_bound(look_alikes.begin(), look_alikes.end(), letter,
                         [](const LookAlike& row, char32_t wanted) { return row.letter < wanted; });
    return found != look_alikes.end() && found->letter == letter
               ? static_cast<char32_t>(found->latin)
               : letter;
}

std::string lower(std::string_view text)
{
    std::string lowered{text};
    for (auto& c : lowered)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return lowered;
}

struct Freed {
    void operator()(utf8proc_uint8_t* text) const { std::free(text); } // as utf8proc allocates
};

}

std::string fold(std::string_view text)
{
    if (std::all_of(text.begin(), text.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
        return lower(text);
    constexpr auto options = UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_IGNORE |
                             UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK;
    const auto map = [](utf8proc_int32_t letter, void*) {
        return static_cast<utf8proc_int32_t>(latin(static_cast<char32_t>(letter)));
    };
    utf8proc_uint8_t* mapped = nullptr;
    // Twice: a look-alike capital has its small letter only after the first.
    const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                                     static_cast<utf8proc_option_t>(options));
    const std::unique_ptr<utf8proc_uint8_t, Freed> folded{mapped};
    if (length < 0)
        return lower(text);
    utf8proc_uint8_t* replaced = nullptr;
    const auto end =
        utf8proc_map_custom(folded.get(), length, &replaced, UTF8PROC_COMPAT, map, nullptr);
    const std::unique_ptr<utf8proc_uint8_t, Freed> owned{replaced};
    if (end < 0)
        return lower(text);
    return {reinterpret_cast<const char*>(owned.get()), static_cast<std::size_t>(end)};
}

}
