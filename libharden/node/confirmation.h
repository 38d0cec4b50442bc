#pragma once

#include <cstdint>

namespace harden {

// How long a node may wait for the confirmation of a change, in seconds.
inline constexpr std::int64_t shortest_confirmation = 5;
inline constexpr std::int64_t longest_confirmation = 3600;

}
