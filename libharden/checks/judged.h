#pragma once

#include "checks/check.h"

namespace harden {

// "a, b and 3 more": at most so many by name.
std::string some_of(std::vector<std::string> names, std::size_t most);

// Fails with the first few complaints, passes with `good` where there are none.
Outcome judged(std::vector<std::string> complaints, std::string good);

}
