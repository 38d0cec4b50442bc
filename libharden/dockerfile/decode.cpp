#include "dockerfile/decode.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace harden {

namespace {

constexpr std::size_t most_braces = 16;
constexpr int deepest = 3;

int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    const auto lower = digit | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Text that a person or a shell reads: what was never coded decodes to bytes that are none.
bool is_readable(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x20 ? byte < 0x7f : byte == '\n' || byte == '\t' || byte == '\r';
    });
}

std::optional<char> hex_byte(std::string_view text)
{
    if (text.size() < 2 || hex_value(text[0]) < 0 || hex_value(text[1]) < 0)
        return std::nullopt;
    return static_cast<char>(hex_value(text[0]) * 16 + hex_value(text[1]));
}

void append_utf8(std::string& text, unsigned value)
{
    if (value < 0x80) {
        text.push_back(static_cast<char>(value));
    } else if (value < 0x800) {
        text.push_back(static_cast<char>(0xc0 | (value >> 6)));
        text.push_back(static_cast<char>(0x80 | (value & 0x3f)));
    } else {
        text.push_back(static_cast<char>(0xe0 | ((value >> 12) & 0x0f)));
        text.push_back(static_cast<char>(0x80 | ((value >> 6) & 0x3f)));
        text.push_back(static_cast<char>(0x80 | (value & 0x3f)));
    }
}

// How many bytes an escape at the start of `text` takes, which is appended decoded; 0: it is none.
std::size_t decode_escape(std::string_view text, std::string& decoded)
{
    if (text.size() < 4 || text[0] != '\\')
        return 0;
    if (text[1] == 'x') {
        const auto byte = hex_byte(text.substr(2));
        if (byte)
            decoded.push_back(*byte);
        return byte ? 4 : 0;
    }
    if (text[1] == 'u' && text.size() >= 6) {
        const auto high = hex_byte(text.substr(2));
        const auto low = hex_byte(text.substr(4));
        if (!high || !low)
            return 0;
        append_utf8(decoded,
                    static_cast<unsigned char>(*high) * 256U + static_cast<unsigned char>(*low));
        return 6;
    }
    const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
    auto digits = text.substr(1, 4);
    const auto end = std::find_if_not(digits.begin(), digits.end(), is_octal);
    digits = digits.substr(0, static_cast<std::size_t>(end - digits.begin()));
    if (digits.size() == 4 && digits[0] != '0')
        digits.remove_suffix(1);
    if (digits.size() < 3)
        return 0;
    unsigned value = 0;
    for (const auto digit : digits)
        value = value * 8 + static_cast<unsigned>(digit - '0');
    decoded.push_back(static_cast<char>(value));
    return 1 + digits.size();
}

// The value of each letter of base64, also of that for addresses; -1: it is none. A table, because
// a processor guesses wrong which range a letter is in.
constexpr auto base64_values = [] {
    std::array<signed char, 256> values{};
    values.fill(-1);
    const auto set = [&](char first, char last, int value) {
        for (auto c = first; c <= last; ++c)
            values[static_cast<unsigned char>(c)] = static_cast<signed char>(value++);
    };
    set('A', 'Z', 0);
    set('a', 'z', 26);
    set('0', '9', 52);
    for (const auto c : {'+', '-'})
        set(c, c, 62);
    for (const auto c : {'/', '_'})
        set(c, c, 63);
    return values;
}();

// "xm" + 'rig': the length of what stands between two literals, from the first's closing quote to
// the second's opening one; 0: no such thing is here.
std::size_t join_length(std::string_view text)
{
    const auto is_quote = [](char c) { return c == '"' || c == '\''; };
    const auto skip_blank = [&](std::size_t at) {
        while (at < text.size() && text[at] == ' ')
            ++at;
        return at;
    };
    if (text.empty() || !is_quote(text[0]))
        return 0;
    auto at = skip_blank(1);
    if (at >= text.size() || (text[at] != '+' && text[at] != '.'))
        return 0;
    at = skip_blank(at + 1);
    return at < text.size() && is_quote(text[at]) ? at + 1 : 0;
}

struct Undoing {
    std::vector<Reading> all;
    std::size_t least_code = 0;
};
void add_readings(Undoing& to, std::string_view word, Disguise disguise, int depth);

void add_decoded(Undoing& to, std::string_view word, int depth)
{
    const auto add = [&](std::string_view decoded, Disguise disguise) {
        if (!decoded.empty() && decoded != word)
            add_readings(to, decoded, disguise, depth + 1);
    };
    add(percent_decoded(word), Disguise::Percent);
    add(escapes_decoded(word), Disguise::Escapes);
    const auto padding = word.find_last_not_of('=');
    const auto letters = padding == std::string_view::npos ? 0 : padding + 1;
    if (letters >= to.least_code) {
        add(hex_decoded(word), Disguise::Hex);
        add(base64_decoded(word), Disguise::Base64);
    }
    add(literals_joined(word), Disguise::Joined);
    for (const auto& one : braces_expanded(word))
        add(one, Disguise::Braces);
}

void add_readings(Undoing& to, std::string_view word, Disguise disguise, int depth)
{
    if (to.all.size() >= most_readings)
        return;
    auto text = fold(word);
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    const auto was_plain = std::all_of(word.begin(), word.end(), is_ascii);
    const auto is_folded = disguise == Disguise::None && !was_plain;
    to.all.push_back({std::move(text), is_folded ? Disguise::Unicode : disguise});
    if (depth < deepest)
        add_decoded(to, word, depth);
}

}

std::string_view name_of(Disguise disguise)
{
    switch (disguise) {
    case Disguise::None:
        return "";
    case Disguise::Unicode:
        return "look-alike letters";
    case Disguise::Escapes:
        return "escapes";
    case Disguise::Percent:
        return "percent encoding";
    case Disguise::Base64:
        return "base64";
    case Disguise::Hex:
        return "hexadecimal";
    case Disguise::Braces:
        return "brace expansion";
    case Disguise::Joined:
        return "joined literals";
    }
    return "";
}

std::vector<Reading> readings(std::string_view word, std::size_t least_code)
{
    Undoing to{.least_code = least_code};
    add_readings(to, word, Disguise::None, 0);
    return std::move(to.all);
}

std::string percent_decoded(std::string_view text)
{
    if (text.find('%') == std::string_view::npos)
        return {};
    std::string decoded;
    bool any = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = text[i] == '%' ? hex_byte(text.substr(i + 1)) : std::nullopt;
        decoded.push_back(byte.value_or(text[i]));
        any |= byte.has_value();
        i += byte ? 2U : 0U;
    }
    return any ? decoded : "";
}

std::string escapes_decoded(std::string_view text)
{
    if (text.find('\\') == std::string_view::npos)
        return {};
    std::string decoded;
    bool any = false;
    for (std::size_t i = 0; i < text.size();) {
        const auto taken = decode_escape(text.substr(i), decoded);
        any |= taken > 0;
        if (taken == 0)
            decoded.push_back(text[i]);
        i += std::max<std::size_t>(taken, 1);
    }
    return any ? decoded : "";
}

std::string base64_decoded(std::string_view text)
{
    while (!text.empty() && text.back() == '=')
        text.remove_suffix(1);
    if (text.size() % 4 == 1)
        return {};
    std::string decoded;
    unsigned bits = 0;
    int count = 0;
    for (const auto c : text) {
        const auto value = base64_values[static_cast<unsigned char>(c)];
        if (value < 0)
            return {};
        bits = (bits << 6) | static_cast<unsigned>(value);
        count += 6;
        if (count < 8)
            continue;
        count -= 8;
        decoded.push_back(static_cast<char>(bits >> count));
        if (!is_readable({&decoded.back(), 1}))
            return {};
    }
    return decoded;
}

std::string hex_decoded(std::string_view text)
{
    if (text.starts_with("0x"))
        text.remove_prefix(2);
    if (text.size() % 2 != 0)
        return {};
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto byte = hex_byte(text.substr(i));
        if (!byte || !is_readable({&*byte, 1}))
            return {};
        decoded.push_back(*byte);
    }
    return decoded;
}

std::string literals_joined(std::string_view text)
{
    if (text.find('"') == std::string_view::npos && text.find('\'') == std::string_view::npos)
        return {};
    std::string joined;
    for (std::size_t i = 0; i < text.size();) {
        const auto gap = join_length(text.substr(i));
        if (gap == 0)
            joined.push_back(text[i]);
        i += std::max<std::size_t>(gap, 1);
    }
    return joined.size() == text.size() ? "" : joined;
}

std::vector<std::string> braces_expanded(std::string_view text)
{
    if (text.find('{') == std::string_view::npos)
        return {};
    std::vector<std::string> waiting{std::string{text}};
    std::vector<std::string> all;
    while (!waiting.empty() && all.size() + waiting.size() <= most_braces) {
        const auto one = std::move(waiting.back());
        waiting.pop_back();
        const auto close = one.find('}');
        const auto open = close == std::string::npos ? close : one.rfind('{', close);
        const auto comma = open == std::string::npos ? open : one.find(',', open);
        if (comma == std::string::npos || comma > close || (open > 0 && one[open - 1] == '$')) {
            all.push_back(one);
            continue;
        }
        for (auto from = open + 1; from <= close; ++from) {
            const auto to = std::min(one.find(',', from), close);
            waiting.push_back(one.substr(0, open) + one.substr(from, to - from) +
                              one.substr(close + 1));
            from = to;
        }
    }
    if (all.size() == 1 && all.front() == text)
        return {};
    return all;
}

}
