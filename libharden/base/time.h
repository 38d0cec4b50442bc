#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace harden {

using TimePoint = std::chrono::system_clock::time_point;

// RFC 3339 in UTC, to the second: "2026-11-22T08:15:00Z".
std::string to_rfc3339(TimePoint time);
std::optional<TimePoint> from_rfc3339(std::string_view text);

}
