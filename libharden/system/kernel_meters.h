#pragma once

#include "node/meters.h"

#include <memory>

namespace harden {

// What the kernel of this machine counts, in the network namespace of this process. Needs root.
std::unique_ptr<Meters> kernel_meters();

}
