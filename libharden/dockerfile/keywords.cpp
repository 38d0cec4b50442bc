#include "dockerfile/keywords.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace harden {

static constexpr std::array<std::string_view, 19> names{
    "ADD",    "ARG",   "CMD",         "COPY",  "ENTRYPOINT", "ENV",
    "EXPOSE", "FROM",  "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD",
    "RUN",    "SHELL", "STOPSIGNAL",  "USER",  "VOLUME",     "WORKDIR",
    ""};
static constexpr std::size_t longest_name = 11;

std::string_view name_of(Keyword keyword)
{
    return names[static_cast<std::size_t>(keyword)];
}

static char upper(char byte)
{
    return byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 'a' + 'A') : byte;
}

static bool is_name(std::string_view word, std::string_view name)
{
    return word.size() == name.size() &&
           std::equal(word.begin(), word.end(), name.begin(),
                      [](char byte, char wanted) { return upper(byte) == wanted; });
}

// Go lowers the Kelvin sign to k and the dotted capital I to i, so BuildKit knows these keywords.
static std::string folded(std::string_view word)
{
    std::string plain{word};
    for (const auto& [wide, narrow] : {std::pair{"\xE2\x84\xAA", "K"}, {"\xC4\xB0", "I"}})
        for (auto at = plain.find(wide); at != std::string::npos; at = plain.find(wide, at))
            plain.replace(at, std::string_view{wide}.size(), narrow);
    return plain;
}

// Where the names of each first letter begin; the next letter's entry is where they end.
static constexpr auto first_of_letter = [] {
    std::array<std::uint8_t, 'Z' - 'A' + 2> first{};
    for (std::size_t letter = 0; letter < first.size(); ++letter)
        for (std::size_t i = 0; i + 1 < names.size(); ++i)
            if (static_cast<std::size_t>(names[i].front() - 'A') < letter)
                first[letter] = static_cast<std::uint8_t>(i + 1);
    return first;
}();

static Keyword plain_keyword(std::string_view word)
{
    const auto letter = static_cast<std::size_t>(word.empty() ? 0 : upper(word.front()) - 'A');
    if (word.empty() || letter > 'Z' - 'A')
        return Keyword::Unknown;
    for (std::size_t i = first_of_letter[letter]; i < first_of_letter[letter + 1]; ++i)
        if (is_name(word, names[i]))
            return static_cast<Keyword>(i);
    return Keyword::Unknown;
}

Keyword keyword_of(std::string_view word)
{
    const auto keyword = plain_keyword(word);
    constexpr std::size_t widest = 2 * longest_name;
    if (keyword != Keyword::Unknown || word.size() > widest)
        return keyword;
    const bool is_wide = std::any_of(word.begin(), word.end(), [](char byte) {
        return static_cast<unsigned char>(byte) >= 0x80;
    });
    return is_wide ? plain_keyword(folded(word)) : keyword;
}

std::string unknown_instruction(std::string_view word)
{
    static const std::vector<std::string> known{names.begin(), names.end() - 1};
    std::string capitals{word.substr(0, 2 * longest_name)};
    std::transform(capitals.begin(), capitals.end(), capitals.begin(), upper);
    const auto meant = nearest(capitals, known);
    const auto what = cat("unknown instruction ", escaped(word, 64));
    return meant ? cat(what, ", did you mean ", *meant, "?") : what;
}

}
