#pragma once

#include "checks/check.h"

#include <span>

namespace harden {

// What a canary adds to checks that are also answered without one. Without --probe they stay as
// they are. What fails without the canary fails; what the canary shows to be otherwise fails; only
// what passes both ways reaches Level::Behaviour.
struct ProbePart {
    std::string_view id;
    Result<Outcome> (*look)(const Facts&);
};
std::span<const ProbePart> probe_parts();

// The check with its part, where there is one.
Check with_probe(Check check);

}
