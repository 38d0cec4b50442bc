#pragma once

#include "dockerfile/scan_rules.h"

namespace harden {

// What a rule looks for, what each role counts, and what to do: sentences for a terminal. NotFound
// with the nearest id where there is no such rule.
Result<std::string> explained(const ScanRules& rules, const std::string& id);

}
