#include "daemonjson/json_problem.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace harden {

static constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
static constexpr std::string_view blanks = " \t\r\n";

static bool is_word_character(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' ||
           c == '+';
}

static std::size_t skip(std::string_view text, std::size_t from, std::string_view these)
{
    return std::min(text.find_first_not_of(these, from), text.size());
}

static std::size_t end_of_word(std::string_view text, std::size_t from)
{
    while (from < text.size() && is_word_character(text[from]))
        ++from;
    return from;
}

// Behind the closing quote; the end of the line where there is none.
static std::size_t end_of_string(std::string_view text, std::size_t quote)
{
    for (auto i = quote + 1; i < text.size() && text[i] != '\n'; ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            return i + 1;
    }
    return std::min(text.find('\n', quote), text.size());
}

JsonCursor::JsonCursor(std::string_view text)
    : text_{text}
{
    if (text.starts_with(byte_order_mark))
        last_ = {byte_order_mark.size(), byte_order_mark.size()};
}

std::size_t JsonCursor::start() const
{
    return skip(text_, last_.end, " \t\r\n,:");
}

TextSpan JsonCursor::took(std::size_t begin, std::size_t end)
{
    return last_ = {begin, end};
}

TextSpan JsonCursor::bracket()
{
    const auto begin = start();
    return took(begin, begin + 1);
}

TextSpan JsonCursor::word()
{
    const auto begin = start();
    return took(begin, end_of_word(text_, begin));
}

TextSpan JsonCursor::string()
{
    const auto begin = start();
    return took(begin, end_of_string(text_, begin));
}

namespace {

// The text behind the last good token: an optional separator and then the offending character.
struct Offence {
    std::string_view text;
    std::size_t separator; // of a "," or ":" before it; its own place where there is none
    std::size_t at;
    std::size_t stopped;

    char here() const { return text[at]; }
    bool after(char wanted) const { return separator != at && text[separator] == wanted; }
};

}

static JsonProblem at_word(const Offence& offence)
{
    const TextSpan where{offence.at, end_of_word(offence.text, offence.at)};
    const auto word = offence.text.substr(where.begin, where.end - where.begin);
    for (const std::string_view known : {"true", "false", "null"})
        if (std::ranges::equal(word, known, [](char a, char b) {
                return std::tolower(static_cast<unsigned char>(a)) == b;
            }))
            return {where, cat("\"", word, "\" is not JSON"), cat("write ", known)};
    if (word == "None")
        return {where, "\"None\" is not JSON", "leave the key out"};
    return {where, cat("\"", escaped(word, 60), "\" has no quotes"),
            cat("write ", json_string(word.substr(0, 60)))};
}

static JsonProblem at_string(const Offence& offence)
{
    const TextSpan where{offence.at, end_of_string(offence.text, offence.at)};
    const bool is_closed = offence.text[where.end - 1] == '"' && where.end - where.begin > 1;
    if (!is_closed)
        return {where, "this string is not closed on its line", "add the closing \""};
    if (offence.stopped + 1 < where.end && offence.stopped > offence.at)
        return {{offence.stopped, offence.stopped + 1},
                "this string holds a character or an escape that JSON does not allow",
                "write a backslash as \\\\ and a line break as \\n"};
    return {where, "a comma or a colon is missing before this", {}};
}

static JsonProblem at_end(const Offence& offence)
{
    const auto end = offence.text.size();
    return {{end, end}, "the file ends before the JSON does", "close every { with } and [ with ]"};
}

static JsonProblem at_any(const Offence& offence)
{
    const TextSpan where{offence.at, offence.at + 1};
    if (offence.here() == '}' || offence.here() == ']') {
        if (offence.after(','))
            return {{offence.separator, offence.separator + 1},
                    cat("a comma before the closing ", std::string{offence.here()}),
                    "remove the comma: JSON has none behind the last value"};
        return {where, cat("unexpected ", std::string{offence.here()}), {}};
    }
    if (offence.here() == '#' || offence.here() == '/')
        return {where, "JSON has no comments", "remove it: dockerd refuses the file"};
    if (offence.here() == '\'')
        return {where, "strings stand in double quotes", "write \" for '"};
    return {where, cat("unexpected ", escaped(offence.text.substr(offence.at, 1))), {}};
}

JsonProblem diagnosed(std::string_view text, TextSpan last, std::size_t stopped)
{
    const auto separator = skip(text, last.end, blanks);
    auto at = separator;
    if (at < text.size() && (text[at] == ',' || text[at] == ':'))
        at = skip(text, at + 1, blanks);
    const Offence offence{text, separator, at, stopped};
    if (at >= text.size())
        return at_end(offence);
    if (offence.here() == '"')
        return at_string(offence);
    if (is_word_character(offence.here()))
        return at_word(offence);
    return at_any(offence);
}

}
