#include "dockerfile/decode.h"
#include "dockerfile/shell_reader.h"

#include <algorithm>
#include <utility>

namespace harden {

namespace {

constexpr int deepest_substitution = 16;
constexpr std::size_t longest_parameter =
    4096; // bytes of ${…} or $((…)), so that none is read twice

bool is_name_start(char c)
{
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// The length of "{…}" at the start of `text`; 0 where it does not end within the limit.
std::size_t braces_length(std::string_view text)
{
    int open = 0;
    for (std::size_t i = 0; i < std::min(text.size(), longest_parameter); ++i) {
        open += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
        if (open == 0)
            return i + 1;
    }
    return 0;
}

}

void ShellReader::read_word()
{
    list_.word = {.begin = at_, .is_there = true};
    while (!at_end() && read_part()) {
    }
    end_word();
}

// One piece of a word; false where the word ends.
bool ShellReader::read_part()
{
    const auto c = peek();
    if (ends_word(c) || (c == '`' && list_.closing == '`'))
        return false;
    switch (c) {
    case '\\':
        read_escape();
        break;
    case '\'':
        read_single_quotes();
        break;
    case '"':
        read_double_quotes();
        break;
    case '$':
        read_dollar(Quoted::No);
        break;
    case '`':
        read_substitution(1, '`', Quoted::No);
        break;
    default:
        read_plain();
    }
    return true;
}

void ShellReader::read_plain()
{
    const auto begin = at_;
    while (!at_end() && is_plain(text_[at_]))
        ++at_;
    list_.word.text.append(text_.substr(begin, at_ - begin));
}

void ShellReader::read_escape()
{
    if (peek(1) != '\n' && at_ + 1 < text_.size())
        list_.word.text.push_back(peek(1));
    at_ = std::min(at_ + 2, text_.size());
}

void ShellReader::read_escape_in_quotes()
{
    if (std::string_view{"$`\"\\\n"}.find(peek(1)) != std::string_view::npos &&
        at_ + 1 < text_.size())
        return read_escape();
    list_.word.text.push_back('\\');
    ++at_;
}

void ShellReader::read_single_quotes()
{
    const auto end = std::min(text_.find('\'', at_ + 1), text_.size());
    list_.word.text.append(text_.substr(at_ + 1, end - at_ - 1));
    at_ = std::min(end + 1, text_.size());
}

// $'…' of bash: escapes are read.
void ShellReader::read_ansi_quotes()
{
    auto end = at_ + 2;
    while (end < text_.size() && text_[end] != '\'')
        end += text_[end] == '\\' ? 2U : 1U;
    end = std::min(end, text_.size());
    const auto inside = text_.substr(at_ + 2, end - at_ - 2);
    const auto decoded = escapes_decoded(inside);
    list_.word.text.append(decoded.empty() ? inside : decoded);
    at_ = std::min(end + 1, text_.size());
}

void ShellReader::read_double_quotes()
{
    ++at_;
    while (!at_end() && peek() != '"') {
        const auto plain = text_.substr(at_, text_.find_first_of("\"\\$`", at_) - at_);
        list_.word.text.append(plain);
        at_ += plain.size();
        if (peek() == '\\')
            read_escape_in_quotes();
        else if (peek() == '$')
            read_dollar(Quoted::Yes);
        else if (peek() == '`')
            read_substitution(1, '`', Quoted::Yes);
    }
    at_ = std::min(at_ + 1, text_.size());
}

void ShellReader::read_dollar(Quoted quoted)
{
    const auto next = peek(1);
    if (next == '(') {
        const auto is_arithmetic = peek(2) == '(';
        const auto end = is_arithmetic ? text_.substr(at_, longest_parameter).find("))")
                                       : std::string_view::npos;
        if (end == std::string_view::npos)
            return read_substitution(2, ')', quoted);
        at_ += end + 2;
    } else if (next == '{') {
        read_braces(quoted);
    } else if (is_name_start(next)) {
        read_name(quoted);
    } else if (next == '\'' && quoted == Quoted::No) {
        read_ansi_quotes();
    } else if (next == '"' && quoted == Quoted::No) {
        ++at_; // bash: a text in the user's language
    } else if (is_digit(next) ||
               (next != '\0' && std::string_view{"@*#?$!-"}.find(next) != std::string_view::npos)) {
        at_ += 2; // what only a running shell knows
    } else {
        list_.word.text.push_back('$');
        ++at_;
    }
}

void ShellReader::read_braces(Quoted quoted)
{
    const auto length = braces_length(text_.substr(at_ + 1));
    if (length == 0) {
        list_.word.text.append("${");
        at_ += 2;
        return;
    }
    const auto value = expand(text_.substr(at_, length + 1), variables_, '\\');
    at_ += length + 1;
    add_value(value, quoted);
}

void ShellReader::read_name(Quoted quoted)
{
    auto end = at_ + 1;
    while (end < text_.size() && (is_name_start(text_[end]) || is_digit(text_[end])))
        ++end;
    const auto* value = variables_.find(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end;
    if (value)
        add_value(*value, quoted);
}

// $(…), `…` or <(…): its commands are read in place; what they print is the value.
void ShellReader::read_substitution(std::size_t skipped, char closing, Quoted quoted)
{
    at_ += skipped;
    if (depth_ >= deepest_substitution)
        return;
    const auto first = commands_.size();
    auto outer = std::exchange(list_, List{.closing = closing});
    ++depth_;
    read_list();
    --depth_;
    at_ = std::min(at_ + 1, text_.size());
    list_ = std::move(outer);
    const auto value = output_of(std::span{commands_}.subspan(first));
    list_.word.has_output |= !value;
    if (value)
        add_value(*value, quoted);
}

// What is not quoted is taken apart at its blanks.
void ShellReader::add_value(std::string_view value, Quoted quoted)
{
    if (spent_ + value.size() > most_shell_text)
        return;
    spent_ += value.size();
    if (quoted == Quoted::Yes) {
        list_.word.text.append(value);
        return;
    }
    const auto begin = list_.word.begin;
    while (true) {
        const auto blank = value.find_first_of(" \t\n");
        list_.word.text.append(value.substr(0, blank));
        if (blank == std::string_view::npos)
            return;
        end_word();
        list_.word = {.begin = begin, .is_there = true};
        value.remove_prefix(std::min(value.find_first_not_of(" \t\n", blank), value.size()));
    }
}

void ShellReader::end_word()
{
    auto word = std::exchange(list_.word, {});
    const auto is_number = std::all_of(word.text.begin(), word.text.end(), is_digit);
    const auto names_descriptor = is_number && (peek() == '<' || peek() == '>');
    if (!word.is_there || (is_number && word.text.empty() && !word.has_output) || names_descriptor)
        return;
    put_word({std::move(word.text), static_cast<std::uint32_t>(word.begin),
              static_cast<std::uint32_t>(at_), word.has_output});
}

void ShellReader::put_word(CommandWord word)
{
    auto& command = list_.command;
    if (list_.into == Into::Written) {
        command.written.push_back(std::move(word));
    } else if (list_.into == Into::Input) {
        command.input_begin = word.begin;
        command.input = std::move(word.text);
    } else {
        command.words.push_back(std::move(word));
        const auto& words = command.words;
        if (words.size() > 1 && words[0].text == "case" && words.back().text == "in") {
            ++list_.cases;
            list_.in_pattern = true;
            command.words.clear();
        }
    }
}

std::vector<ShellCommand> shell_commands(std::string_view text, Variables& variables)
{
    return ShellReader{text, variables}.read();
}

}
