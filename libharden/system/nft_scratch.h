#pragma once

#include "base/result.h"

#include <functional>

namespace harden {

// Runs `work` in an empty network namespace of its own, which is gone afterwards. What it does
// there touches nothing; what the kernel refuses there it would refuse here.
Result<std::string> in_scratch_network(const std::function<Result<std::string>()>& work);

}
