#pragma once

#include "base/settings.h"
#include "usage/ring.h"

namespace harden {

// How much a sign counts.
Result<int> points_in(TableReader& table, std::string_view key = "points");
// How many intervals a rule looks at.
Result<int> intervals_in(TableReader& table, std::string_view key = "intervals",
                         std::int64_t most = kept_intervals);

}
