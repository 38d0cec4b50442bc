#pragma once

#include "dockerfile/dockerfile.h"
#include "dockerfile/white_space.h"

#include <cstring>

namespace harden {

struct HeredocWord;

// Reads a Dockerfile line by line as BuildKit does. The joined text is the source but for what the
// joining leaves out, so an offset in one is that in the other but for a shift that changes there.
class DockerfileParser {
public:
    explicit DockerfileParser(std::string_view source);
    Dockerfile parse() &&;

private:
    struct Line {
        std::size_t begin = 0;
        std::size_t end = 0;  // without its line ending
        std::size_t next = 0; // the line after it
    };
    // Part of the joined text: what remains to be read of an instruction.
    struct Span {
        Span(std::string_view text, std::uint32_t joined_offset)
            : bytes{text.data()}
            , size{static_cast<std::uint32_t>(text.size())}
            , offset{joined_offset}
        {
        }
        std::string_view text() const { return {bytes, size}; }
        Span from(std::size_t at) const;
        Span trimmed() const;
        TextRange range() const;

        // As small as what is handed over in registers.
        const char* bytes;
        std::uint32_t size;
        std::uint32_t offset;
    };

    // parse_lines.cpp
    Line line_at(std::size_t begin) const;
    Line next_line();
    void read_line();
    Span join(std::size_t begin, const Line& first);
    std::optional<Line> next_joined_line();
    std::size_t text_begin(const Line& line) const;
    std::size_t continuation_of(std::size_t begin, std::size_t end) const;
    void leave_out(std::size_t from, std::size_t until);
    void copy_until(std::size_t source_offset);
    void append_inner_comments();
    void keep_comment(std::size_t sign, std::size_t end);
    std::uint32_t joined_at(std::size_t source_offset) const;
    std::string_view text_between(std::size_t begin, std::size_t end) const;

    // directives.cpp
    void read_directives();
    void set_escape(std::string_view value);
    void read_frontend();
    void find_frontend(std::size_t begin, std::string_view mark);

    // parse_instruction.cpp
    void read_instruction(Span whole);
    Span read_keyword(Span line, Instruction& instruction);
    Span read_on_build(Span body, Instruction& instruction);
    void count_stage(Instruction& instruction);
    void read_exec(Span body, Instruction& instruction);
    void check(Span line, Span body, const Instruction& instruction);
    void check_arguments(Span body, const Instruction& instruction);

    // parse_flags.cpp
    Span read_flags(Span rest, Instruction& instruction);
    void check_flags(Span line, Span body, const Instruction& instruction);

    // heredocs.cpp
    void read_heredocs(Span line, Instruction& instruction);
    bool read_heredoc(Span place, std::string_view word);
    std::optional<Line> heredoc_end(const HeredocWord& heredoc);

    bool may_complain() const; // a message that costs time need not be made otherwise
    void complain(std::size_t joined_offset, std::string message);
    void complain_at(std::size_t source_offset, std::string message);

    std::string_view source_;
    std::size_t at_ = 0;     // the line to read next
    std::size_t copied_ = 0; // the source up to here is in the joined text, or left out of it
    std::size_t shift_ = 0;  // of an offset in the source to one in the joined text
    std::vector<Line> inner_comments_; // of the instruction that is being joined
    unsigned stage_ = 0;
    bool is_outside_ = false; // an instruction stood before the first FROM: told once
    Dockerfile file_;
};

// What is done for each line and each instruction, where a call would cost more than the work.

inline DockerfileParser::Span DockerfileParser::Span::from(std::size_t at) const
{
    return {text().substr(at), offset + static_cast<std::uint32_t>(at)};
}

inline DockerfileParser::Span DockerfileParser::Span::trimmed() const
{
    if (size > 0 && bytes[0] > ' ' && bytes[size - 1] > ' ')
        return *this;
    const auto begin = skip_space(text(), 0);
    return {text().substr(begin, trimmed_end(text(), begin) - begin),
            offset + static_cast<std::uint32_t>(begin)};
}

inline TextRange DockerfileParser::Span::range() const
{
    return {offset, offset + size};
}

inline DockerfileParser::Line DockerfileParser::line_at(std::size_t begin) const
{
    const auto* text = source_.data();
    const auto* newline =
        static_cast<const char*>(std::memchr(text + begin, '\n', source_.size() - begin));
    auto end = newline == nullptr ? source_.size() : static_cast<std::size_t>(newline - text);
    const auto next = newline == nullptr ? end : end + 1;
    while (end > begin && text[end - 1] == '\r')
        --end;
    return {begin, end, next};
}

inline DockerfileParser::Line DockerfileParser::next_line()
{
    constexpr std::size_t longest_line = 65535; // bytes, what BuildKit's reader takes
    const auto line = line_at(at_);
    if (line.end - line.begin > longest_line)
        complain_at(line.begin, "a line is longer than 65535 bytes");
    at_ = line.next;
    return line;
}

// Where what is not white space begins; the line's end where there is nothing else.
inline std::size_t DockerfileParser::text_begin(const Line& line) const
{
    const auto* text = source_.data();
    auto at = line.begin;
    while (at < line.end && text[at] == ' ')
        ++at;
    const bool is_plain = at == line.end || text[at] > ' ';
    return is_plain ? at : skip_space(source_.substr(0, line.end), at);
}

// Where the escape character that continues a line stands; `end` where none does.
inline std::size_t DockerfileParser::continuation_of(std::size_t begin, std::size_t end) const
{
    const auto* text = source_.data();
    auto last = end;
    while (last > begin && (text[last - 1] == ' ' || text[last - 1] == '\t'))
        --last;
    if (last == begin || text[last - 1] != file_.escape_)
        return end;
    return last - 1 > begin && text[last - 2] == file_.escape_ ? end : last - 1;
}

inline void DockerfileParser::copy_until(std::size_t source_offset)
{
    if (source_offset <= copied_)
        return;
    file_.joined_.append(source_.data() + copied_, source_offset - copied_);
    copied_ = source_offset;
}

// The joined text goes on at `until`, which may lie before.
inline void DockerfileParser::leave_out(std::size_t from, std::size_t until)
{
    copy_until(from);
    copied_ = until;
    shift_ = until - file_.joined_.size();
    file_.segments_.push_back(
        {static_cast<std::uint32_t>(file_.joined_.size()), static_cast<std::uint32_t>(until)});
}

inline std::uint32_t DockerfileParser::joined_at(std::size_t source_offset) const
{
    return static_cast<std::uint32_t>(source_offset - shift_);
}

inline std::string_view DockerfileParser::text_between(std::size_t begin, std::size_t end) const
{
    return source_.substr(begin, end - begin);
}

}
