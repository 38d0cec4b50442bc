#pragma once

#include "base/result.h"
#include "system/descriptor.h"

namespace harden {

// The lock that every writer of legacy tables takes: /run/xtables.lock, or what XTABLES_LOCKFILE
// names. Held until the value goes.
Result<Descriptor> lock_xtables();

}
