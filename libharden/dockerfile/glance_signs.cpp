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

constexpr std::string_view letters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr auto alphanumeric = table_of(letters);
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

bool begins_with_any(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.starts_with(word); });
}

bool is_escape(std::string_view after)
{
    if (after.size() < 3)
        return false;
    const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
    return ((after[0] == 'x' || after[0] == 'u') && is_hex(after[1]) && is_hex(after[2])) ||
           std::all_of(after.begin(), after.begin() + 3, is_octal);
}

// The stretch of bytes of the table around `at`.
std::string_view stretch(std::string_view text, std::size_t at, const std::array<bool, 256>& table)
{
    auto begin = at;
    while (begin > 0 && is_in(table, text[begin - 1]))
        --begin;
    auto end = at;
    while (end < text.size() && is_in(table, text[end]))
        ++end;
    return text.substr(begin, end - begin);
}

// A stretch of at least twice the step holds a whole block of that many bytes that begins at a
// multiple of it: only those are looked at.
template<class Test>
bool any_stretch(std::string_view text, std::size_t step, const std::array<bool, 256>& table,
                 Test test)
{
    for (std::size_t at = 0; at + step <= text.size(); at += step) {
        const auto block = text.substr(at, step);
        const auto is_inside =
            std::all_of(block.begin(), block.end(), [&](char c) { return is_in(table, c); });
        if (!is_inside)
            continue;
        const auto word = stretch(text, at, table);
        if (word.size() >= 2 * step && test(word))
            return true;
        at = static_cast<std::size_t>(word.data() + word.size() - text.data()) / step * step;
    }
    return false;
}

}

bool is_joining(char c)
{
    return !is_in(apart, c);
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

// As a shell takes words: without quotes and backslashes. In lower case.
std::string unquoted(std::string_view text)
{
    std::string plain;
    plain.reserve(text.size());
    for (const auto c : text)
        if (c != '"' && c != '\'' && c != '\\')
            plain.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c);
    return plain;
}

// sh -c, -ec, -lc: a short option with a c in it.
bool hands_over_script(std::string_view text)
{
    constexpr std::size_t longest = 6; // bytes of the option
    return any_at(text, '-', [&](std::size_t at) {
        const auto option = text.substr(at, longest);
        return option.substr(0, option.find_first_of(" \t\n")).find('c') != npos;
    });
}

// $(…) or `…` in a text that runs what it gets: eval, source, sh -c.
bool runs_output(std::string_view text)
{
    return text.find("eval") != npos || text.find("source") != npos || text.find(". ") != npos ||
           hands_over_script(text);
}

}

bool has_piped_script(std::string_view text)
{
    const auto has_substitution = text.find("$(") != npos || text.find('`') != npos;
    if (!has_substitution && text.find('|') == npos && text.find('<') == npos)
        return false;
    const auto plain = unquoted(text);
    const auto begins = [&](std::size_t at, std::initializer_list<std::string_view> words) {
        return begins_with_any(std::string_view{plain}.substr(skip_blanks(plain, at + 1)), words);
    };
    const auto into_shell = [&](std::size_t at) {
        return begins(at,
                      {"sh",   "bash",  "ash",   "dash", "zsh",    "ksh",     "mksh",    "csh",
                       "tcsh", "fish",  "rbash", "sudo", "su",     "env",     "exec",    "python",
                       "perl", "ruby",  "node",  "php",  "gosu",   "/",       "busybox", "xargs",
                       "nice", "nohup", "time",  "doas", "setsid", "command", "$",       "."});
    };
    const auto prints = [&](std::size_t at) {
        return begins(at, {"echo", "printf", "cat", "base64", "rev", "xxd", "openssl", "/", "tr",
                           "sed", "$"});
    };
    return (has_substitution && runs_output(plain)) || any_at(plain, '|', into_shell) ||
           plain.find("<(") != npos || plain.find("<<<") != npos || any_at(plain, '`', prints) ||
           any_at(plain, '(',
                  [&](std::size_t at) { return at > 0 && plain[at - 1] == '$' && prints(at); });
}

bool has_long_code(std::string_view text)
{
    return any_stretch(text, shortest_undecoded_code / 2, coded, [](std::string_view word) {
        constexpr std::size_t tried = 16; // hardly any word decodes that far by chance
        return !base64_decoded(word.substr(0, tried)).empty() ||
               !hex_decoded(word.substr(0, tried)).empty();
    });
}

bool has_wallet_length(std::string_view text)
{
    constexpr std::size_t half_a_wallet = 47; // letters
    return any_stretch(text, half_a_wallet, alphanumeric,
                       [](std::string_view word) { return !wallet_in(word).empty(); });
}

}
