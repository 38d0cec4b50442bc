#pragma once

#include "steps/own_units.h"

namespace harden {

inline constexpr auto egress_program = "/usr/libexec/harden/egress";

// What keeps the policy in force.
std::vector<OwnUnit> egress_units();
// The DNS proxy of containers that have a list of domains.
std::vector<OwnUnit> dns_unit();

}
