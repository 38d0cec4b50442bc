#pragma once

#include "dockerfile/container_request.h"

#include <span>

namespace harden {

inline constexpr std::size_t longest_run_line = 1 << 20; // bytes
inline constexpr std::size_t most_run_words = 10'000;

struct ShellWord {
    PlacedText placed; // without quotes and escapes; what a shell would expand stands as written
    bool may_be_many = false; // an expansion outside quotes: any number of words, or none
};

struct ShellLine {
    std::vector<ShellWord> words;
    std::vector<SourceProblem> problems;
};

// The first command of a text, split as a POSIX shell splits it: quotes, escapes, continued lines,
// comments. Nothing is expanded or run. Redirections are left out; what another command follows is
// a problem. Bounded by the length of the text.
ShellLine split_shell_line(std::string_view source);

// The words as one line that reads back as the same words.
std::string shell_line_of(std::span<const std::string> words);

}
