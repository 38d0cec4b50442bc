#pragma once

#include "node/ruleset.h"

namespace harden {

// The recorded rules on the networks that there are now. `wanted` is what an apply would bring.
// Where it is the same policy it is taken whole; where the policy has changed since, which is the
// operator's to apply, the record only spreads to bridges that it did not know.
Ruleset followed(const Ruleset& recorded, const Ruleset& wanted);

}
