#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// A place in a file: both 1-based, the column in bytes.
struct FilePlace {
    int line = 1;
    int column = 1;
};
FilePlace file_place(std::string_view source, std::size_t offset);

// The instructions of the Dockerfile reference (docs.docker.com/reference/dockerfile), in its
// order.
enum class Keyword : std::uint8_t {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
    Unknown
};
std::string_view name_of(Keyword keyword); // "ADD"; "" for Unknown

// A half-open range of the joined text: what BuildKit reads once continuations are joined and the
// comments between them are gone.
struct TextRange {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool is_empty() const { return begin == end; }
};

// --from=builder, --mount=type=cache,target=/x; `value` is empty for a flag without one.
struct InstructionFlag {
    TextRange name; // without the dashes
    TextRange value;
};

struct Heredoc {
    TextRange name;      // without quotes
    TextRange body;      // its lines as they stand, without the terminator's line
    bool expands = true; // <<EOF: variables are; <<"EOF": they are not
    bool chomps = false; // <<-EOF: leading tabs are no part of the text
};

// One value of a JSON form: what it says after the JSON escapes, and where it stands.
struct ExecWord {
    std::string text;
    TextRange range; // with its quotes
};

struct Instruction {
    Keyword keyword = Keyword::Unknown;
    bool on_build = false;   // it follows ONBUILD: `keyword` is the inner one
    bool is_exec = false;    // the JSON form: exec_words_of() has the values
    TextRange word;          // the keyword as it is written
    TextRange body;          // after keyword and flags, without white space at the ends
    std::uint16_t stage = 0; // 1 for what follows the first FROM; 0 before it
    std::uint32_t first_flag = 0, flag_count = 0;
    std::uint32_t first_heredoc = 0, heredoc_count = 0;
    std::uint32_t first_exec_word = 0, exec_word_count = 0;
};

// What BuildKit would refuse, or we would not read on: where, and why.
struct DockerfileProblem {
    std::size_t offset = 0; // into the source
    std::string message;
};

// A Dockerfile as BuildKit reads it. Instructions are in the order of the file; what could be read
// is there also when there are problems, because a verdict is owed on what can be read.
class Dockerfile {
public:
    std::span<const Instruction> instructions() const { return instructions_; }
    std::span<const InstructionFlag> flags_of(const Instruction& instruction) const
    {
        return std::span{flags_}.subspan(instruction.first_flag, instruction.flag_count);
    }
    std::span<const Heredoc> heredocs_of(const Instruction& instruction) const
    {
        return std::span{heredocs_}.subspan(instruction.first_heredoc, instruction.heredoc_count);
    }
    std::span<const ExecWord> exec_words_of(const Instruction& instruction) const
    {
        return std::span{exec_words_}.subspan(instruction.first_exec_word,
                                              instruction.exec_word_count);
    }
    // Lines that BuildKit leaves out, each without its "#".
    std::span<const TextRange> comments() const { return comments_; }
    std::string_view text(TextRange range) const
    {
        return std::string_view{joined_}.substr(range.begin, range.end - range.begin);
    }
    std::string_view joined() const { return joined_; }
    // The offset in the source of a place in the joined text.
    std::size_t source_offset(std::size_t joined_offset) const;

    char escape() const { return escape_; }                         // '\\' or '`'
    std::optional<TextRange> frontend() const { return frontend_; } // of "# syntax="
    std::span<const DockerfileProblem> problems() const { return problems_; }

private:
    friend class DockerfileParser;
    struct Segment {
        std::uint32_t joined = 0;
        std::uint32_t source = 0;
    };
    std::string joined_;
    std::vector<Segment> segments_; // where each stretch of the joined text stands, ascending
    std::vector<Instruction> instructions_;
    std::vector<InstructionFlag> flags_;
    std::vector<Heredoc> heredocs_;
    std::vector<ExecWord> exec_words_;
    std::vector<TextRange> comments_;
    std::vector<DockerfileProblem> problems_;
    std::optional<TextRange> frontend_;
    char escape_ = '\\';
};

inline constexpr std::size_t longest_dockerfile = 1 << 20; // bytes; what is longer is a problem

// Bounded in time and memory by the length of the source, whatever it says.
Dockerfile parse_dockerfile(std::string_view source);

}
