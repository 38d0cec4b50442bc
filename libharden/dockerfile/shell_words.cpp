#include "dockerfile/shell_words.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace harden {

namespace {

class ShellReader {
public:
    explicit ShellReader(std::string_view source)
        : source_{source}
    {
    }

    ShellLine read();

private:
    bool at_end() const { return at_ >= source_.size(); }
    char here() const { return source_[at_]; }
    bool continues() const { return source_.substr(at_).starts_with("\\\n"); }
    bool continues_crlf() const { return source_.substr(at_).starts_with("\\\r\n"); }
    bool skip_blanks();
    void skip_comment() { at_ = std::min(source_.find('\n', at_), source_.size()); }
    bool is_redirection() const;
    void skip_redirection();
    void read_word();
    void read_quoted(ShellWord& word, char quote);
    void read_expansion(ShellWord& word);
    void read_escape(ShellWord& word);
    void after_end();
    void complain(std::size_t offset, std::string message, std::string remedy)
    {
        line_.problems.push_back({offset, std::move(message), std::move(remedy)});
        at_ = source_.size();
    }

    std::string_view source_;
    std::size_t at_ = 0;
    ShellLine line_;
};

bool is_blank(char letter)
{
    return letter == ' ' || letter == '\t' || letter == '\r';
}

bool ends_word(char letter)
{
    return is_blank(letter) || std::string_view{"\n;&|<>()"}.find(letter) != std::string_view::npos;
}

// Whether there is more on this line.
bool ShellReader::skip_blanks()
{
    while (!at_end()) {
        if (continues() || continues_crlf())
            at_ += continues() ? 2U : 3U;
        else if (is_blank(here()) || (here() == '\n' && line_.words.empty()))
            ++at_;
        else if (here() == '#')
            skip_comment();
        else
            break;
    }
    return !at_end();
}

bool ShellReader::is_redirection() const
{
    const auto sign = source_.find_first_not_of("0123456789", at_);
    if (sign == std::string_view::npos || (source_[sign] != '<' && source_[sign] != '>'))
        return source_.substr(at_).starts_with("&>");
    return true;
}

void ShellReader::skip_redirection()
{
    at_ = source_.find_first_of("<>", at_);
    at_ = std::min(source_.find_first_not_of("<>&|", at_), source_.size());
    if (skip_blanks() && !ends_word(here())) {
        read_word();
        line_.words.pop_back();
    }
}

void ShellReader::read_escape(ShellWord& word)
{
    const auto start = at_++;
    if (at_end())
        return complain(start, "the line ends with a backslash", "write what follows it");
    word.placed.text += source_[at_++];
}

void ShellReader::read_quoted(ShellWord& word, char quote)
{
    const auto start = at_++;
    while (!at_end() && here() != quote) {
        if (quote == '"' && here() == '\\' && at_ + 1 < source_.size()) {
            const auto next = source_[at_ + 1];
            if (std::string_view{"\"\\$`\n"}.find(next) == std::string_view::npos)
                word.placed.text += '\\';
            if (next != '\n')
                word.placed.text += next;
            at_ += 2;
        } else {
            word.placed.text += source_[at_++];
        }
    }
    if (at_end())
        return complain(start, cat("the quote ", std::string(1, quote), " is not closed"),
                        "close it");
    ++at_;
}

// "$name", "${…}", "$(…)", "`…`": as it is written, to its end.
void ShellReader::read_expansion(ShellWord& word)
{
    const auto start = at_;
    const bool is_quote = here() == '`';
    const char open = is_quote || at_ + 1 >= source_.size() ? '`' : source_[at_ + 1];
    word.placed.text += source_[at_++];
    word.may_be_many = true;
    if (!is_quote && open != '(' && open != '{')
        return;
    const char close = is_quote ? '`' : open == '(' ? ')' : '}';
    std::size_t depth = is_quote ? 1 : 0;
    while (!at_end()) {
        const char letter = source_[at_++];
        word.placed.text += letter;
        depth += !is_quote && letter == open ? 1U : 0U;
        if (letter == close && --depth == 0)
            return;
    }
    complain(start, "the expansion that begins here does not end", "close it");
}

void ShellReader::read_word()
{
    auto& word = line_.words.emplace_back();
    word.placed.offset = at_;
    while (!at_end() && !ends_word(here())) {
        if (continues() || continues_crlf())
            at_ += continues() ? 2U : 3U;
        else if (here() == '\\')
            read_escape(word);
        else if (here() == '\'' || here() == '"')
            read_quoted(word, here());
        else if (here() == '$' || here() == '`')
            read_expansion(word);
        else
            word.placed.text += source_[at_++];
    }
}

// A last "&" or ";" changes nothing; a further command is not this one's.
void ShellReader::after_end()
{
    const auto end = at_;
    while (!at_end()) {
        if (here() == '#')
            skip_comment();
        else if (is_blank(here()) || here() == '\n' || here() == ';' || here() == '&')
            ++at_;
        else
            return complain(end, "another command follows, which is not read",
                            "give each command on its own");
    }
}

ShellLine ShellReader::read()
{
    if (source_.size() > longest_run_line)
        complain(0, cat("it is longer than ", std::to_string(longest_run_line), " bytes"), "");
    while (skip_blanks()) {
        if (is_redirection())
            skip_redirection();
        else if (ends_word(here())) {
            after_end();
            break;
        } else if (line_.words.size() == most_run_words) {
            complain(at_, cat("it has more than ", std::to_string(most_run_words), " words"), "");
        } else {
            read_word();
        }
    }
    return std::move(line_);
}

}

ShellLine split_shell_line(std::string_view source)
{
    return ShellReader{source}.read();
}

std::string shell_line_of(std::span<const std::string> words)
{
    std::string line;
    for (const auto& word : words) {
        line += line.empty() ? "'" : " '";
        for (const char letter : word)
            line += letter == '\'' ? std::string{"'\\''"} : std::string(1, letter);
        line += "'";
    }
    return line;
}

}
