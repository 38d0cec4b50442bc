#include "dockerfile/glance_signs.h"

#include "dockerfile/command_tables.h"
#include "dockerfile/decode.h"
#include "dockerfile/scan_match.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <utility>

namespace harden {

namespace {

constexpr std::array<bool, 256> table_of(std::string_view bytes)
{
    std::array<bool, 256> table{};
    for (const auto c : bytes)
        table[static_cast<unsigned char>(c)] = true;
    return table;
}

constexpr auto coded =
    table_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/_-\"'\\");
constexpr auto apart = table_of(" \t\r\n\"'=,;()|&<>[]#!");

bool holds(const std::array<bool, 256>& table, char c)
{
    return table[static_cast<unsigned char>(c)];
}

bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

// Reads what stands behind a sign as a shell would: without quotes and backslashes.
class Behind {
public:
    Behind(std::string_view text, std::size_t at)
        : text_{text}
        , at_{at}
    {
    }
    // '\0' at the end.
    char next()
    {
        while (at_ < text_.size() && is_passed_over(text_[at_]) && !has_too_many())
            ++at_;
        return at_ < text_.size() ? text_[at_++] : '\0';
    }
    char next_but_blanks()
    {
        for (;;)
            if (const auto c = next(); (c != ' ' && c != '\t') || has_too_many())
                return c;
    }
    // So much in between that nobody wrote it by hand: whatever stands behind it.
    bool has_too_many() const { return at_ - begin_ > most_between; }
    std::size_t place() const { return at_; }

private:
    static constexpr std::size_t most_between = 64;
    std::string_view text_;
    std::size_t at_;
    std::size_t begin_ = at_;
};

// x78, u0078, 170
bool is_escape(Behind behind)
{
    const auto first = behind.next();
    const auto second = behind.next();
    const auto third = behind.next();
    const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
    return ((first == 'x' || first == 'u') && is_hex(second) && is_hex(third)) ||
           (is_octal(first) && is_octal(second) && is_octal(third)) || behind.has_too_many();
}

bool is_percent_code(Behind behind)
{
    const auto first = behind.next();
    return (is_hex(first) && is_hex(behind.next())) || behind.has_too_many();
}

// A sign that joins, and the next literal's begin.
bool joins_literals(std::string_view text, std::size_t quote)
{
    const auto first = quote + 1 < text.size() ? text[quote + 1] : '\0';
    const auto may_join = first == ' ' || first == '\t' || first == '+' || first == '.';
    if (!may_join && !is_passed_over(first))
        return false; // as most
    Behind behind{text, quote + 1};
    const auto sign = behind.next_but_blanks();
    if (sign != '+' && sign != '.')
        return behind.has_too_many();
    const auto next = std::min(text.find_first_not_of(" \t", behind.place()), text.size());
    return next < text.size() && is_passed_over(text[next]);
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

// Whether what stands behind a pipe may run what it gets: all but what is known to read or write.
bool may_run(std::string_view text, std::size_t pipe)
{
    const auto rest = text.substr(pipe + 1);
    if (rest.starts_with('|') || (pipe > 0 && text[pipe - 1] == '|'))
        return false; // one of an "or"
    const auto begin = std::min(rest.find_first_not_of(" \t\n"), rest.size());
    const auto program = rest.substr(begin, rest.find_first_of(" \t\n;()|&<>", begin) - begin);
    return !is_in(file_programs, program) && !is_in(mentioning_programs, program);
}

// At least sixteen letters that decode to text, or a wallet's address.
bool is_long_code(std::string_view word)
{
    constexpr std::size_t tried = 16; // hardly any word decodes that far by chance
    static_assert(tried == shortest_undecoded_code);
    const auto begin = word.substr(0, tried);
    return !base64_decoded(begin).empty() || !hex_decoded(begin).empty() ||
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

// Letters of base64, of base64 for addresses and of hexadecimal, and quotes between them.
Flags are_coded(Bytes bytes)
{
    const Bytes letters = (bytes | 0x20) - 'a';
    const Bytes digits_and_slash = bytes - '/';
    return (letters < 26) | (digits_and_slash < 11) | (bytes == '+') | (bytes == '-') |
           (bytes == '_') | (bytes == '"') | (bytes == '\'') | (bytes == '\\');
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
        return is_any_in(bytes_at(rest.data()), at);
    }

private:
    static constexpr std::size_t half = sizeof(std::uint64_t);

    bool is_any_in(Bytes bytes, std::size_t at)
    {
        const auto signs = Halves(are_signs(bytes));
        const auto before = std::exchange(code_, Halves(are_coded(bytes)));
        return (signs[0] != 0 && is_any_sign(signs[0], at)) ||
               (signs[1] != 0 && is_any_sign(signs[1], at + half)) ||
               (is_of_sixteen(before[0], before[1], code_[0]) && is_in_code(at - half)) ||
               (is_of_sixteen(before[1], code_[0], code_[1]) && is_in_code(at));
    }

    // Whether eight bytes are all code and, with those before and behind them, part of a stretch of
    // sixteen.
    static bool is_of_sixteen(std::uint64_t before, std::uint64_t these, std::uint64_t behind)
    {
        return ~these == 0 && std::countl_zero(~before) + std::countr_zero(~behind) >= 64;
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
        const auto rest = text_.substr(at + 1);
        const Behind behind{text_, at + 1};
        switch (text_[at]) {
        case '\\':
            return is_escape(behind) || rest.starts_with('\n'); // in a heredoc
        case '%':
            return is_percent_code(behind);
        case '"':
        case '\'':
            return joins_literals(text_, at);
        case '{':
            return expands(at);
        case '|':
            return may_run(text_, at);
        case '<':
            return rest.starts_with("<<");
        case '(': // $(…), <(…), >(…)
            return at > 0 && (text_[at - 1] == '$' || text_[at - 1] == '<' || text_[at - 1] == '>');
        default:
            return true; // ` and what is no ASCII
        }
    }

    // x{m,n}rig
    bool expands(std::size_t brace)
    {
        const auto closing = closings_.behind(text_, brace);
        const auto before = brace > 0 ? text_[brace - 1] : ' ';
        if (before == '$' || commas_.behind(text_, brace) >= closing)
            return false;
        const auto goes_on = [](char c) { return is_joining(c) || is_passed_over(c); };
        return goes_on(before) || (closing + 1 < text_.size() && goes_on(text_[closing + 1]));
    }

    // Part of a stretch of sixteen, which holds eight that begin at a multiple of eight.
    bool is_in_code(std::size_t begin)
    {
        if (begin < told_)
            return false;
        auto end = begin + half;
        while (begin > 0 && holds(coded, text_[begin - 1]))
            --begin;
        while (end < text_.size() && holds(coded, text_[end]))
            ++end;
        told_ = end;
        const auto stretch = text_.substr(begin, end - begin);
        if (std::ranges::none_of(stretch, is_passed_over))
            return is_long_code(stretch);
        std::string plain{stretch};
        std::erase_if(plain, is_passed_over);
        return plain.size() >= 2 * half && is_long_code(plain);
    }

    std::string_view text_;
    NextByte closings_{'}'};
    NextByte commas_{','};
    Halves code_{};        // of the sixteen bytes before
    std::size_t told_ = 0; // stretches of code that end up to here were looked at
};

}

bool is_joining(char c)
{
    return !holds(apart, c);
}

bool may_hide_words(std::string_view text)
{
    return SignSearch{text}.finds_any();
}

}
