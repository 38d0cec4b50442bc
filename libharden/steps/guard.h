#pragma once

#include "node/host.h"

namespace harden {

// Starts a process of its own that outlives this one and then, if this one was killed in the
// middle of a change, puts back what it left: within milliseconds, not with the next run. It is
// `tx`, beside this program; where that is missing the next run does it.
Result<> stand_guard(Host& host);

}
