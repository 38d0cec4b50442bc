#pragma once

#include "checks/check.h"

#include <chrono>
#include <memory>

namespace harden {

// How long a report may take: what a single question through a door has where it does not say
// itself, all of them together, and all where containers are started as well.
inline constexpr std::chrono::milliseconds longest_question{2'000};
inline constexpr std::chrono::milliseconds longest_report{15'000};
inline constexpr std::chrono::milliseconds longest_report_with_probe{60'000};

// run_checks(), with the groups beside each other, each in its order. What is undecided at `end` is
// Unknown; the thread that still looks keeps `facts` and must not keep the process: it is to end by
// std::quick_exit().
std::vector<Finding> run_checks_beside(std::vector<Check> checks,
                                       std::shared_ptr<const Facts> facts, Profile profile,
                                       std::chrono::steady_clock::time_point end);

}
