#include "dockerfile/expander.h"

#include <algorithm>
#include <utility>

namespace harden {

static constexpr int deepest = 16; // modifiers within modifiers

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte)
{
    const char lower = static_cast<char>(byte | 0x20);
    return (lower >= 'a' && lower <= 'z') || byte == '_';
}

Expander::Expander(std::string_view word, const Variables& variables, char escape, Quotes quotes)
    : word_{word}
    , variables_{variables}
    , escape_{escape}
    , quotes_{quotes}
{
}

std::string Expander::expand() &&
{
    auto text = read_until('\0', 0);
    return text ? std::move(*text) : std::string{word_};
}

// Up to a sign that stands outside of quotes ('\0': up to the end). None: the sign is missing, or a
// substitution is none.
std::optional<std::string> Expander::read_until(char sign, int depth)
{
    std::string text;
    while (at_ < word_.size() && (sign == '\0' || word_[at_] != sign))
        if (!read_piece(text, depth))
            return {};
    if (sign != '\0' && at_++ >= word_.size())
        return {};
    return text;
}

bool Expander::read_piece(std::string& text, int depth)
{
    const char byte = word_[at_];
    if (byte == '$')
        return read_dollar(text, depth);
    if (byte == '\'')
        return read_single_quotes(text);
    if (byte == '"')
        return read_double_quotes(text, depth);
    if (byte == escape_)
        read_escape(text);
    else
        put(text, word_.substr(at_++, 1));
    return true;
}

void Expander::read_escape(std::string& text)
{
    const auto pair = word_.substr(at_, 2);
    at_ += pair.size();
    put(text, keeps_quotes() || in_pattern_ ? pair : pair.substr(1));
}

bool Expander::read_single_quotes(std::string& text)
{
    const auto end = word_.find('\'', at_ + 1);
    if (end == std::string_view::npos && !keeps_quotes())
        return false;
    const auto whole = word_.substr(at_, std::min(end, word_.size() - 1) + 1 - at_);
    at_ += whole.size();
    put(text, keeps_quotes() ? whole : whole.substr(1, whole.size() - 2));
    return true;
}

bool Expander::read_double_quotes(std::string& text, int depth)
{
    put_quote(text);
    for (++at_; at_ < word_.size() && word_[at_] != '"';) {
        const char byte = word_[at_];
        if (byte == '$') {
            if (!read_dollar(text, depth))
                return false;
        } else if (byte == escape_) {
            read_quoted_escape(text);
        } else {
            put(text, word_.substr(at_++, 1));
        }
    }
    if (at_ == word_.size())
        return keeps_quotes();
    put_quote(text);
    ++at_;
    return true;
}

// In double quotes the escape character is one before these alone.
void Expander::read_quoted_escape(std::string& text)
{
    const char next = at_ + 1 < word_.size() ? word_[at_ + 1] : '\0';
    if (next == '"' || next == '$' || next == escape_)
        return read_escape(text);
    const bool is_last = at_ + 1 == word_.size();
    put(text, is_last && !keeps_quotes() ? "" : word_.substr(at_, 1));
    ++at_;
}

bool Expander::read_dollar(std::string& text, int depth)
{
    const auto begin = at_++;
    if (at_ < word_.size() && word_[at_] == '{') {
        ++at_;
        return read_braces(text, depth);
    }
    const auto name = read_name();
    put(text, name.empty() ? word_.substr(begin, 1) : value_of(name));
    return true;
}

// Behind "${".
bool Expander::read_braces(std::string& text, int depth)
{
    const char first = at_ < word_.size() ? word_[at_] : '\0';
    if (depth == deepest || first == '\0' || first == '{' || first == '}' || first == ':')
        return false;
    const auto name = read_name();
    const char sign = at_ < word_.size() ? word_[at_++] : '\0';
    switch (sign) {
    case '}':
        put(text, value_of(name));
        return true;
    case ':':
        return at_ < word_.size() && read_choice(text, name, word_[at_++], true, depth);
    case '-':
    case '+':
    case '?':
        return read_choice(text, name, sign, false, depth);
    case '#':
    case '%':
        return read_trim(text, name, sign, depth);
    case '/':
        return read_replacement(text, name, depth);
    default:
        return false;
    }
}

// ${name:-word} and its like.
bool Expander::read_choice(std::string& text, std::string_view name, char sign, bool minds_empty,
                           int depth)
{
    const auto word = read_until('}', depth + 1);
    if (!word || (sign != '-' && sign != '+' && sign != '?'))
        return false;
    const auto* value = variables_.find(name);
    const bool is_set = value != nullptr && !(minds_empty && value->empty());
    if (sign == '+')
        put(text, is_set ? std::string_view{*word} : std::string_view{});
    else if (is_set)
        put(text, *value);
    else if (sign == '-')
        put(text, *word);
    return true;
}

bool Expander::read_trim(std::string& text, std::string_view name, char sign, int depth)
{
    const bool is_twice = at_ < word_.size() && word_[at_] == sign;
    at_ += is_twice ? 1U : 0U;
    const auto pattern = read_pattern('}', depth + 1);
    if (!pattern)
        return false;
    const auto match = is_twice ? Match::Longest : Match::Shortest;
    const auto value = value_of(name);
    const auto rest = sign == '#' ? without_prefix(value, *pattern, match, budget_)
                                  : without_suffix(value, *pattern, match, budget_);
    put(text, rest ? std::string_view{*rest} : value);
    return true;
}

bool Expander::read_replacement(std::string& text, std::string_view name, int depth)
{
    const bool is_twice = at_ < word_.size() && word_[at_] == '/';
    at_ += is_twice ? 1U : 0U;
    const auto pattern = read_pattern('/', depth + 1);
    const auto replacement = pattern ? read_pattern('}', depth + 1) : std::nullopt;
    if (!replacement)
        return false;
    const auto value = value_of(name);
    const auto result =
        replaced(value, *pattern, *replacement, is_twice ? Replace::All : Replace::First, budget_);
    put(text, result ? std::string_view{*result} : value);
    return true;
}

// Escapes belong to a pattern, quotes do not.
std::optional<std::string> Expander::read_pattern(char sign, int depth)
{
    const auto quotes = std::exchange(quotes_, Quotes::Removed);
    const auto was_pattern = std::exchange(in_pattern_, true);
    auto pattern = read_until(sign, depth);
    quotes_ = quotes;
    in_pattern_ = was_pattern;
    return pattern;
}

// Digits, one special parameter, or a name; empty where none stands.
std::string_view Expander::read_name()
{
    const auto begin = at_;
    const char first = at_ < word_.size() ? word_[at_] : '\0';
    if (first != '\0' && std::string_view{"@*#?-$!"}.find(first) != std::string_view::npos)
        return word_.substr(at_++, 1);
    const bool is_number = is_digit(first);
    const auto belongs = [is_number](char byte) {
        return is_digit(byte) || (!is_number && is_letter(byte));
    };
    while (at_ < word_.size() && belongs(word_[at_]))
        ++at_;
    const auto plain = at_;
    // letters of other alphabets count, and other characters do not: what is set tells them apart
    while (!is_number && at_ < word_.size() &&
           (belongs(word_[at_]) || static_cast<unsigned char>(word_[at_]) >= 0x80))
        ++at_;
    if (at_ != plain && variables_.find(word_.substr(begin, at_ - begin)) == nullptr)
        at_ = plain;
    return word_.substr(begin, at_ - begin);
}

std::string_view Expander::value_of(std::string_view name) const
{
    const auto* value = variables_.find(name);
    return value == nullptr ? std::string_view{} : std::string_view{*value};
}

// What would be too long ends here, also in a part that will be dropped.
void Expander::put(std::string& text, std::string_view part)
{
    const auto room = longest_expansion - std::min(longest_expansion, text.size());
    const auto taken = part.substr(0, std::min(room, part.size()));
    if (part.size() <= 2 || bytes_.take(taken.size()))
        text.append(taken);
}

void Expander::put_quote(std::string& text)
{
    if (keeps_quotes())
        put(text, "\"");
}

std::string expand(std::string_view word, const Variables& variables, char escape)
{
    return Expander{word, variables, escape, Quotes::Kept}.expand();
}

std::string expand_value(std::string_view word, const Variables& variables, char escape)
{
    return Expander{word, variables, escape, Quotes::Removed}.expand();
}

}
