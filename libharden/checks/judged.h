#pragma once

#include "checks/check.h"

namespace harden {

// Fails with the first few complaints, passes with `good` where there are none.
Outcome judged(std::vector<std::string> complaints, std::string good);

}
