#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace harden {

// What is left of the steps that expansion may take: hostile text ends there.
struct StepBudget {
    std::size_t steps = 1 << 20;
    bool take(std::size_t count);
};

enum class Match { Shortest, Longest };

// The value without what a shell's pattern (* and ?) matches at its front or its end. None where
// the pattern is not valid, or the budget ends.
std::optional<std::string> without_prefix(std::string_view value, std::string_view pattern,
                                          Match match, StepBudget& budget);
std::optional<std::string> without_suffix(std::string_view value, std::string_view pattern,
                                          Match match, StepBudget& budget);

enum class Replace { First, All };
std::optional<std::string> replaced(std::string_view value, std::string_view pattern,
                                    std::string_view replacement, Replace replace,
                                    StepBudget& budget);

}
