#pragma once

#include "checks/facts.h"

namespace harden {

// For Facts::once.
Result<Ruleset> wanted_egress(const Facts& facts); // the effective policy as rules
struct EgressState {
    std::vector<std::string> backends;
    std::vector<RuleDrift> drift;
};
Result<EgressState> egress_state(const Facts& facts);

// The policy's group of that name; null where the site has switched it off.
const RefusedGroup* group_named(const Ruleset& ruleset, std::string_view id);

}
