#pragma once

#include "dockerfile/dockerfile.h"

namespace harden {

// A flag without quotes and escapes: `value` is none without "=".
struct PlainFlag {
    std::string name;
    std::optional<std::string> value;
};

struct FlagProblem {
    std::size_t which = 0;
    std::string message;
};
// The first thing that BuildKit refuses in an instruction's flags.
std::optional<FlagProblem> flag_problem(Keyword keyword, std::span<const PlainFlag> flags);

}
