#pragma once

#include "egress/policy.h"
#include "node/node.h"

#include <string>
#include <vector>

namespace harden {

// The policy as rules. Every port ends in one group only, hard ones before soft ones, and no two
// allowed destinations overlap. `bridges` are further interfaces that containers live behind.
Result<Ruleset> compile_egress(const EgressPolicy& policy, const std::vector<std::string>& bridges);

}
