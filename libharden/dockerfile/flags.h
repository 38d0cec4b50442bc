#pragma once

#include "dockerfile/dockerfile.h"

namespace harden {

// A flag as it is written: `value` is none without "=".
struct WrittenFlag {
    std::string_view name;
    std::optional<std::string_view> value;
};

struct FlagProblem {
    std::size_t which = 0;
    std::string message;
};
// The first thing that BuildKit refuses in an instruction's flags.
std::optional<FlagProblem> flag_problem(Keyword keyword, std::span<const WrittenFlag> flags);

}
