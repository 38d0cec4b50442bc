#pragma once

#include "checks/facts.h"

namespace harden {

// A canary whose only file is `program`, linked statically: an image of it is imported, run once
// on the default network, and removed with its container, also after a failure.
Canary canary_of(Docker& docker, std::string program);

}
