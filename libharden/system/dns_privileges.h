#pragma once

#include "base/result.h"

namespace harden {

// From root to nobody who may do nothing but administer the network, for good: neither this
// process nor one that it starts gets anything back.
Result<> keep_network_administration_only();

}
