#pragma once

#include "checks/check.h"

namespace harden {

// Whether the miner detector would flag a container that burns its whole quota: for a short while
// one does, and what the detector would have read of it is judged by its own rules as if it went
// on.
Result<Outcome> detector_would_fire(const Facts& facts);

}
