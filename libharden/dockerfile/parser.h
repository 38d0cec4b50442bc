#pragma once

#include "dockerfile/dockerfile.h"

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
        std::string_view text;
        std::uint32_t offset = 0;
        Span from(std::size_t at) const;
        Span trimmed() const;
        TextRange range() const;
    };

    // parse_lines.cpp
    Line line_at(std::size_t begin) const;
    Line next_line();
    void read_line();
    Span join(std::size_t begin, const Line& first);
    std::optional<Line> next_joined_line();
    std::size_t continuation_of(std::size_t begin, std::size_t end) const;
    void leave_out(std::size_t from, std::size_t until);
    void copy_until(std::size_t source_offset);
    void append_inner_comments();
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

}
