#include "dockerfile/glance_signs.h"

#include "dockerfile/decode.h"
#include "dockerfile/scan_match.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>

namespace harden {

namespace {

constexpr std::size_t npos = std::string_view::npos;

constexpr std::array<bool, 256> table_of(std::string_view bytes)
{
    std::array<bool, 256> table{};
    for (const auto c : bytes)
        table[static_cast<unsigned char>(c)] = true;
    return table;
}

constexpr auto coded =
    table_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/_-");
constexpr auto apart = table_of(" \t\r\n\"'=,;()|&<>[]#!");

bool is_in(const std::array<bool, 256>& table, char c)
{
    return table[static_cast<unsigned char>(c)];
}

bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

template<class Test>
bool any_at(std::string_view text, char mark, Test test)
{
    for (auto at = text.find(mark); at != npos; at = text.find(mark, at + 1))
        if (test(at))
            return true;
    return false;
}

std::size_t skip_blanks(std::string_view text, std::size_t at)
{
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t'))
        ++at;
    return at;
}

bool is_escape(std::string_view after)
{
    if (after.size() < 3)
        return false;
    const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
    return ((after[0] == 'x' || after[0] == 'u') && is_hex(after[1]) && is_hex(after[2])) ||
           std::all_of(after.begin(), after.begin() + 3, is_octal);
}

// Sixteen bytes that a processor compares at once.
using Bytes [[gnu::vector_size(16)]] = unsigned char;
using Flags [[gnu::vector_size(16)]] = signed char; // -1 for true

// Letters of base64, of base64 for addresses and of hexadecimal.
Flags are_coded(Bytes bytes)
{
    const Bytes letters = (bytes | 0x20) - 'a';
    const Bytes digits_and_slash = bytes - '/';
    return (letters < 26) | (digits_and_slash < 11) | (bytes == '+') | (bytes == '-') |
           (bytes == '_');
}

// The stretch of coded bytes around [begin, end).
std::string_view coded_stretch(std::string_view text, std::size_t begin, std::size_t end)
{
    while (begin > 0 && is_in(coded, text[begin - 1]))
        --begin;
    while (end < text.size() && is_in(coded, text[end]))
        ++end;
    return text.substr(begin, end - begin);
}

// Each stretch of coded bytes that has at least two blocks: it holds a whole one that begins at a
// multiple of its size, and only those are looked at.
template<class Test>
bool any_coded_stretch(std::string_view text, Test test)
{
    constexpr std::size_t block = sizeof(std::uint64_t);
    std::size_t told = 0;
    for (std::size_t at = 0; at < text.size(); at += sizeof(Bytes)) {
        Bytes bytes{};
        if (text.size() - at >= sizeof bytes)
            std::memcpy(&bytes, text.data() + at, sizeof bytes);
        else
            std::memcpy(&bytes, text.data() + at, text.size() - at);
        const auto flags = are_coded(bytes);
        std::array<std::uint64_t, 2> blocks{};
        std::memcpy(blocks.data(), &flags, sizeof flags);
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            const auto begin = at + i * block;
            if (~blocks[i] != 0 || begin < told) [[likely]]
                continue;
            const auto stretch = coded_stretch(text, begin, begin + block);
            if (stretch.size() >= 2 * block && test(stretch))
                return true;
            told = static_cast<std::size_t>(stretch.end() - text.begin());
        }
    }
    return false;
}

}

bool is_joining(char c)
{
    return !is_in(apart, c);
}

bool is_passed_over(char c)
{
    return c == '"' || c == '\'' || c == '\\';
}

bool has_foreign_letters(std::string_view text)
{
    std::uint64_t all = 0; // eight bytes at once
    while (text.size() >= sizeof all) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, text.data(), sizeof eight);
        all |= eight;
        text.remove_prefix(sizeof eight);
    }
    for (const auto c : text)
        all |= static_cast<unsigned char>(c);
    constexpr std::uint64_t high_bits = 0x8080808080808080;
    return (all & high_bits) != 0;
}

bool has_escapes(std::string_view text)
{
    return any_at(text, '\\', [&](std::size_t at) { return is_escape(text.substr(at + 1)); }) ||
           any_at(text, '%', [&](std::size_t at) {
               return at + 2 < text.size() && is_hex(text[at + 1]) && is_hex(text[at + 2]);
           });
}

bool has_joined_literals(std::string_view text)
{
    const auto joins = [&](std::size_t at) {
        const auto sign = skip_blanks(text, at + 1);
        if (sign >= text.size() || (text[sign] != '+' && text[sign] != '.'))
            return false;
        const auto next = skip_blanks(text, sign + 1);
        return next < text.size() && (text[next] == '"' || text[next] == '\'');
    };
    return any_at(text, '"', joins) || any_at(text, '\'', joins);
}

bool has_braces(std::string_view text)
{
    return any_at(text, '{', [&](std::size_t at) {
        const auto inside = text.substr(at, text.find('}', at) - at);
        if (inside.find(',') == npos || (at > 0 && text[at - 1] == '$'))
            return false;
        const auto end = at + inside.size() + 1;
        return (at > 0 && is_joining(text[at - 1])) || (end < text.size() && is_joining(text[end]));
    });
}

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// The first letters from `at` on as a shell takes them: without blanks before them, without quotes
// and backslashes, in lower case.
class NextLetters {
public:
    NextLetters(std::string_view text, std::size_t at)
    {
        for (; at < text.size() && size_ < letters_.size(); ++at) {
            const auto c = text[at];
            const auto is_blank_before = size_ == 0 && (c == ' ' || c == '\t');
            if (!is_blank_before && !is_passed_over(c))
                letters_[size_++] = lower(c);
        }
    }
    bool begin_with_any(std::initializer_list<std::string_view> words) const
    {
        const std::string_view letters{letters_.data(), size_};
        return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
            return letters_[0] == word[0] && letters.starts_with(word);
        });
    }

private:
    std::array<char, 8> letters_{}; // as many as the longest word that is asked for
    std::size_t size_ = 0;
};

// sh -c, -ec, -lc: a short option with a c in it.
bool hands_over_script(std::string_view text)
{
    constexpr std::size_t longest = 6; // bytes of the option
    return any_at(text, '-', [&](std::size_t at) {
        const auto option = text.substr(at, longest);
        return option.substr(0, option.find_first_of(" \t\n")).find('c') != npos;
    });
}

std::string unquoted(std::string_view text)
{
    std::string plain;
    plain.reserve(text.size());
    for (const auto c : text)
        if (!is_passed_over(c))
            plain.push_back(lower(c));
    return plain;
}

// $(…) or `…` in a text that runs what it gets: eval, source, sh -c.
bool runs_output(std::string_view text)
{
    const auto plain = unquoted(text);
    return plain.find("eval") != npos || plain.find("source") != npos || plain.find(". ") != npos ||
           hands_over_script(plain);
}

bool pipes_into_shell(std::string_view text)
{
    return any_at(text, '|', [&](std::size_t at) {
        return NextLetters{text, at + 1}.begin_with_any(
            {"sh",    "bash",  "ash",   "dash",   "zsh",  "ksh",     "mksh",    "csh",
             "tcsh",  "fish",  "rbash", "sudo",   "su",   "env",     "exec",    "python",
             "perl",  "ruby",  "node",  "php",    "gosu", "/",       "$",       "nice",
             "xargs", "nohup", "time",  "setsid", "doas", "busybox", "command", "."});
    });
}

bool substitutes_script(std::string_view text)
{
    return any_at(text, '<', [&](std::size_t at) {
        return NextLetters{text, at + 1}.begin_with_any({"(", "<<"});
    });
}

// A substitution of what prints, decodes or transforms.
bool substitutes_print(std::string_view text)
{
    const auto prints = [&](std::size_t at) {
        return NextLetters{text, at + 1}.begin_with_any(
            {"echo", "printf", "cat", "base64", "rev", "xxd", "openssl", "/", "tr", "sed", "$"});
    };
    const auto substitutes = [&](std::size_t at) {
        return at > 0 && (text[at - 1] == '$' || is_passed_over(text[at - 1])) && prints(at);
    };
    return any_at(text, '`', prints) || any_at(text, '(', substitutes);
}

}

bool has_piped_script(std::string_view text)
{
    if (pipes_into_shell(text) || substitutes_script(text))
        return true;
    const auto has_substitution = text.find("$(") != npos || text.find('`') != npos;
    return has_substitution && (substitutes_print(text) || runs_output(text));
}

bool has_long_code(std::string_view text)
{
    constexpr std::size_t tried = 16; // hardly any word decodes that far by chance
    static_assert(tried == shortest_undecoded_code);
    return any_coded_stretch(text, [](std::string_view word) {
        return !base64_decoded(word.substr(0, tried)).empty() ||
               !hex_decoded(word.substr(0, tried)).empty() ||
               (word.size() >= wallet_letters && !wallet_in(word).empty());
    });
}

}
