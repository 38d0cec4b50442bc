#pragma once

#include "dockerfile/variables.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// A word of a shell command after quotes, escapes and variables, and where it stands in the text
// that was read.
struct CommandWord {
    std::string text;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool has_output = false; // it holds what a command printed that we do not know
};

struct ShellCommand {
    std::vector<CommandWord> words;       // the program and its arguments
    std::vector<CommandWord> assignments; // name=value before it
    std::vector<CommandWord> written;     // files that its output goes to
    std::string input;                    // a here-string, or a heredoc of the shell
    std::uint32_t input_begin = 0;
    bool is_piped = false; // it reads what the command before it writes
    bool is_inner = false; // of $(…), `…` or <(…): the next outer command has its output
};

inline constexpr std::string_view substituted_file = "/dev/fd/63"; // what <(…) is to its command
inline constexpr std::size_t most_shell_text = 1 << 20; // bytes of words, after expansion

// The commands of a shell's text, in the order in which they stand; those of substitutions come
// before the command that they are in. Control words (if, for, while, …) are gone. Assignments are
// remembered in `variables`, so a word that is put together of them says what the shell would say.
// What echo and printf print in a substitution is known. Bounded in time and memory by the text.
std::vector<ShellCommand> shell_commands(std::string_view text, Variables& variables);

// What a simple pipeline of echo, printf, base64 -d, rev, tr -d and xxd -r prints; nothing where we
// cannot tell.
std::optional<std::string> output_of(std::span<const ShellCommand> pipeline);

}
