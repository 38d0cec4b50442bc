#include "dockerfile/glance_signs.h"

#include "dockerfile/decode.h"
#include "dockerfile/scan_match.h"

#include <algorithm>
#include <array>
#include <bit>
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

bool is_percent_code(std::string_view after)
{
    return after.size() >= 2 && is_hex(after[0]) && is_hex(after[1]);
}

// A literal's end, a sign that joins and the next one's begin.
bool joins_literals(std::string_view text, std::size_t quote)
{
    const auto sign = skip_blanks(text, quote + 1);
    if (sign >= text.size() || (text[sign] != '+' && text[sign] != '.'))
        return false;
    const auto next = skip_blanks(text, sign + 1);
    return next < text.size() && (text[next] == '"' || text[next] == '\'');
}

// Where a byte stands next, for places that ascend: each stretch of the text is looked through
// once.
class NextByte {
public:
    explicit NextByte(char byte)
        : byte_{byte}
    {
    }
    std::size_t behind(std::string_view text, std::size_t at)
    {
        if (found_ <= at)
            found_ = std::min(text.find(byte_, at + 1), text.size());
        return found_;
    }

private:
    char byte_;
    std::size_t found_ = 0;
};

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

bool is_shell(const NextLetters& next)
{
    return next.begin_with_any({"sh",   "bash",    "ash",     "dash",  "zsh",   "ksh",  "mksh",
                                "csh",  "tcsh",    "fish",    "rbash", "sudo",  "su",   "env",
                                "exec", "python",  "perl",    "ruby",  "node",  "php",  "gosu",
                                "/",    "$",       "nice",    "xargs", "nohup", "time", "setsid",
                                "doas", "busybox", "command", "."});
}

// What prints, decodes or transforms.
bool is_printer(const NextLetters& next)
{
    return next.begin_with_any(
        {"echo", "printf", "cat", "base64", "rev", "xxd", "openssl", "/", "tr", "sed", "$"});
}

// At least sixteen letters that decode to text, or a wallet's address.
bool is_long_code(std::string_view word)
{
    constexpr std::size_t tried = 16; // hardly any word decodes that far by chance
    static_assert(tried == shortest_undecoded_code);
    return !base64_decoded(word.substr(0, tried)).empty() ||
           !hex_decoded(word.substr(0, tried)).empty() ||
           (word.size() >= wallet_letters && !wallet_in(word).empty());
}

// Sixteen bytes that a processor compares at once, and as its lowest and highest eight.
using Bytes [[gnu::vector_size(16)]] = unsigned char;
using Flags [[gnu::vector_size(16)]] = signed char; // not 0 for true
using Halves [[gnu::vector_size(16)]] = std::uint64_t;
static_assert(std::endian::native == std::endian::little);

Bytes bytes_at(const char* text)
{
    using Anywhere [[gnu::vector_size(16), gnu::aligned(1), gnu::may_alias]] = unsigned char;
    return *reinterpret_cast<const Anywhere*>(text);
}

// Those that SignSearch::is_sign() knows.
Flags are_signs(Bytes bytes)
{
    const Bytes high_bits = bytes & 0x80;
    const Bytes brace_and_bar = bytes - '{';
    return Flags(high_bits) | (brace_and_bar < 2) | (bytes == '\\') | (bytes == '%') |
           (bytes == '"') | (bytes == '\'') | (bytes == '<') | (bytes == '(') | (bytes == '`');
}

// Letters of base64, of base64 for addresses and of hexadecimal.
Flags are_coded(Bytes bytes)
{
    const Bytes letters = (bytes | 0x20) - 'a';
    const Bytes digits_and_slash = bytes - '/';
    return (letters < 26) | (digits_and_slash < 11) | (bytes == '+') | (bytes == '-') |
           (bytes == '_');
}

// One pass over a text, because most texts hold none.
class SignSearch {
public:
    explicit SignSearch(std::string_view text)
        : text_{text}
    {
    }
    bool finds_any()
    {
        std::size_t at = 0;
        for (; at + sizeof(Bytes) <= text_.size(); at += sizeof(Bytes))
            if (is_any_in(bytes_at(text_.data() + at), at))
                return true;
        std::array<char, sizeof(Bytes)> rest{};
        text_.copy(rest.data(), rest.size(), at);
        return is_any_in(bytes_at(rest.data()), at) ||
               (substitutes_ && (prints_ || runs_output(text_)));
    }

private:
    static constexpr std::size_t half = sizeof(std::uint64_t);

    bool is_any_in(Bytes bytes, std::size_t at)
    {
        const auto signs = Halves(are_signs(bytes));
        const auto code = Halves(are_coded(bytes));
        return (signs[0] != 0 && is_any_sign(signs[0], at)) ||
               (signs[1] != 0 && is_any_sign(signs[1], at + half)) ||
               (~code[0] == 0 && is_in_code(at)) || (~code[1] == 0 && is_in_code(at + half));
    }

    bool is_any_sign(std::uint64_t flags, std::size_t begin)
    {
        while (flags != 0) {
            const auto byte = static_cast<std::size_t>(std::countr_zero(flags)) / 8;
            if (is_sign(begin + byte))
                return true;
            flags &= ~(std::uint64_t{0xff} << (8 * byte));
        }
        return false;
    }

    bool is_sign(std::size_t at)
    {
        switch (text_[at]) {
        case '\\':
            return is_escape(text_.substr(at + 1));
        case '%':
            return is_percent_code(text_.substr(at + 1));
        case '"':
        case '\'':
            return joins_literals(text_, at);
        case '{':
            return expands(at);
        case '|':
            return is_shell({text_, at + 1});
        case '<':
            return NextLetters{text_, at + 1}.begin_with_any({"(", "<<"});
        case '(':
        case '`':
            note_substitution(at);
            return false;
        default:
            return true; // no ASCII
        }
    }

    // x{m,n}rig
    bool expands(std::size_t brace)
    {
        const auto closing = closings_.behind(text_, brace);
        const auto before = brace > 0 ? text_[brace - 1] : ' ';
        if (before == '$' || commas_.behind(text_, brace) >= closing)
            return false;
        return is_joining(before) || (closing + 1 < text_.size() && is_joining(text_[closing + 1]));
    }

    void note_substitution(std::size_t at)
    {
        const auto before = at > 0 ? text_[at - 1] : ' ';
        const bool is_backquote = text_[at] == '`';
        substitutes_ |= is_backquote || before == '$';
        prints_ |= (is_backquote || before == '$' || is_passed_over(before)) &&
                   is_printer({text_, at + 1});
    }

    // Eight bytes of code: a stretch of sixteen holds eight that begin at a multiple of eight.
    bool is_in_code(std::size_t begin)
    {
        if (begin < told_)
            return false;
        auto end = begin + half;
        while (begin > 0 && is_in(coded, text_[begin - 1]))
            --begin;
        while (end < text_.size() && is_in(coded, text_[end]))
            ++end;
        told_ = end;
        return end - begin >= 2 * half && is_long_code(text_.substr(begin, end - begin));
    }

    std::string_view text_;
    NextByte closings_{'}'};
    NextByte commas_{','};
    std::size_t told_ = 0;     // stretches of code that end up to here were looked at
    bool substitutes_ = false; // $(…) or `…`
    bool prints_ = false;      // what is handed over may be any text
};

}

bool is_joining(char c)
{
    return !is_in(apart, c);
}

bool is_passed_over(char c)
{
    return c == '"' || c == '\'' || c == '\\';
}

bool may_hide_words(std::string_view text)
{
    return SignSearch{text}.finds_any();
}

}
