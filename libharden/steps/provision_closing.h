#pragma once

#include "steps/provision.h"

namespace harden {

inline constexpr std::string_view no_changes = "no changes";
// "12 changes in 5 steps"; of steps that were changed and of those that would be.
std::string changes_line(const std::vector<StepReport>& steps);

// "5 done (package, profile, …), 1 rolled back (ssh), 3 not started (…)"
std::string result_line(const std::vector<StepReport>& steps);

// The last words about one host: the plan or the result, what was left out, the report's files, how
// to take it all back, the closing sentence, "done in 31.2 s, exit 0".
std::string closing_lines(const ProvisionOutcome& outcome, std::string_view node,
                          std::string_view files, bool dry_run);

}
