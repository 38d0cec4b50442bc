#include "dockerfile/heredoc_word.h"
#include "dockerfile/white_space.h"

#include <algorithm>

namespace harden {

namespace {

constexpr int deepest = 64; // substitutions within substitutions
constexpr auto none = std::string_view::npos;

bool is_letter_or_digit(char byte)
{
    const char lower = static_cast<char>(byte | 0x20);
    return (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' ||
           static_cast<unsigned char>(byte) >= 0x80;
}

// Splits a line as BuildKit's shell lexer does that leaves quotes, escapes and variables alone.
class CandidateReader {
public:
    explicit CandidateReader(std::string_view line)
        : line_{line}
    {
    }

    std::vector<std::string_view> read()
    {
        while (at_ < line_.size())
            if (!read_piece())
                return {};
        end_word(at_);
        return std::move(found_);
    }

private:
    bool read_piece()
    {
        if (const auto space = space_length(line_, at_)) {
            end_word(at_);
            at_ += space;
            return true;
        }
        word_ = word_ == none ? at_ : word_;
        return line_[at_] == '$' ? read_dollar() : skip_piece(0);
    }
    // A modifier makes BuildKit forget what stands before it in the word, and splits what it says.
    bool read_dollar()
    {
        const auto begin = at_;
        bool has_modifier = false;
        if (!skip_dollar(0, has_modifier))
            return false;
        if (!has_modifier)
            return true;
        word_ = begin;
        for (auto i = begin; i < at_; ++i)
            if (space_length(line_, i) != 0) {
                end_word(i);
                word_ = i + 1;
            }
        return true;
    }
    bool skip_piece(int depth)
    {
        const char byte = line_[at_];
        if (byte == '\'')
            return skip_single_quotes();
        if (byte == '"')
            return skip_double_quotes(depth);
        if (byte == '<' && line_.substr(at_, 2) == "<<")
            at_ = skip_heredoc_space(at_ + 2);
        else
            at_ = std::min(at_ + (byte == '\\' ? 2U : 1U), line_.size());
        return true;
    }
    std::size_t skip_heredoc_space(std::size_t at) const
    {
        while (at < line_.size() && (line_[at] == ' ' || line_[at] == '\t' || line_[at] == '\r'))
            ++at;
        return at;
    }
    bool skip_single_quotes()
    {
        at_ = line_.find('\'', at_ + 1);
        return at_++ != none;
    }
    bool skip_double_quotes(int depth)
    {
        for (++at_; at_ < line_.size();) {
            const char byte = line_[at_];
            bool has_modifier = false;
            if (byte == '$') {
                if (!skip_dollar(depth, has_modifier))
                    return false;
                word_ = has_modifier ? at_ : word_;
                continue;
            }
            const auto next = line_.substr(at_ + 1, 1);
            at_ += byte == '\\' && (next == "\"" || next == "$" || next == "\\") ? 2U : 1U;
            if (byte == '"')
                return true;
        }
        return false;
    }
    bool skip_dollar(int depth, bool& has_modifier)
    {
        ++at_;
        if (at_ == line_.size() || line_[at_] != '{') {
            skip_name();
            return true;
        }
        ++at_;
        if (depth == deepest || at_ == line_.size() || line_[at_] == '{' || line_[at_] == '}' ||
            line_[at_] == ':')
            return false;
        skip_name();
        return skip_modifier(depth, has_modifier);
    }
    bool skip_modifier(int depth, bool& has_modifier)
    {
        const char sign = at_ < line_.size() ? line_[at_++] : '\0';
        has_modifier = sign != '}';
        switch (sign) {
        case '}':
            return true;
        case '/':
            at_ += at_ < line_.size() && line_[at_] == '/' ? 1U : 0U;
            return skip_until('/', depth) && skip_until('}', depth);
        case ':':
            if (at_ == line_.size() || line_[at_] == '#' || line_[at_] == '%')
                return false;
            ++at_;
            [[fallthrough]];
        case '+':
        case '-':
        case '?':
        case '#':
        case '%':
            return skip_until('}', depth);
        default:
            return false;
        }
    }
    bool skip_until(char stop, int depth)
    {
        while (at_ < line_.size() && line_[at_] != stop) {
            bool has_modifier = false;
            if (!(line_[at_] == '$' ? skip_dollar(depth + 1, has_modifier) : skip_piece(depth + 1)))
                return false;
        }
        return at_++ < line_.size();
    }
    // Digits, one special parameter, or a name.
    void skip_name()
    {
        if (at_ == line_.size())
            return;
        const auto is_digit = [](char byte) { return byte >= '0' && byte <= '9'; };
        if (std::string_view{"@*#?-$!"}.find(line_[at_]) != none) {
            ++at_;
            return;
        }
        const bool is_number = is_digit(line_[at_]);
        while (at_ < line_.size() &&
               (is_number ? is_digit(line_[at_]) : is_letter_or_digit(line_[at_])))
            ++at_;
    }
    void end_word(std::size_t end)
    {
        if (word_ != none && word_ < end)
            found_.push_back(line_.substr(word_, end - word_));
        word_ = none;
    }

    std::string_view line_;
    std::size_t at_ = 0;
    std::size_t word_ = none;
    std::vector<std::string_view> found_;
};

}

std::vector<std::string_view> heredoc_candidates(std::string_view line)
{
    auto words = CandidateReader{line}.read();
    std::erase_if(words, [](std::string_view word) { return word.find("<<") == none; });
    return words;
}

}
