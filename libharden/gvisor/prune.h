#pragma once

#include "gvisor/releases.h"

#include <set>
#include <string>
#include <vector>

namespace harden {

// The releases that may go, oldest first: those beyond the `kept` youngest that are not needed.
std::vector<std::string> prunable(std::vector<InstalledRelease> releases,
                                  const std::set<std::string>& needed, std::size_t kept);

// Removes them, and what an interrupted removal left. Needed are those of `needed`, the current
// one, and any that a running sandbox was started from. Returns what is gone.
Result<std::vector<std::string>> prune_releases(Host& host, std::set<std::string> needed,
                                                std::size_t kept);

}
