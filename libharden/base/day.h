#pragma once

#include "base/settings.h"
#include "base/time.h"

namespace harden {

// A day as people write it, "2027-03-31": the instant at which it begins, in UTC.
std::optional<TimePoint> from_day(std::string_view text);
std::string to_day(TimePoint time);
Result<TimePoint> read_day(TableReader& table, std::string_view key);

}
