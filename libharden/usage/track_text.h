#pragma once

#include "base/json_view.h"
#include "usage/track.h"

namespace harden {

// A track as one JSON object without its ring, for the state. What is not such a one the row
// complains of.
std::string track_json(std::string_view kind, std::string_view id, const Track& track);
Track track_in(const JsonView& row);

// A count that may be absent; as text where it may be greater than JSON's integers.
std::optional<std::uint64_t> count_in(const JsonView& row, std::string_view key);
std::string large_count(std::uint64_t count);
std::uint64_t large_count_in(const JsonView& row, std::string_view key);

// Members of an object: `"cpu_ns":…`.
std::string counters_json(const Counters& counters);
Counters counters_in(const JsonView& row);
std::string traffic_json(const Traffic& traffic);
std::optional<Traffic> traffic_in(const JsonView& row, std::string_view key);
std::string flow_json(const Flow& flow);
Flow flow_in(const JsonView& row);

}
