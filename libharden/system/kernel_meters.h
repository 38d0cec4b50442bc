#pragma once

#include "node/meters.h"

#include <memory>

namespace harden {

// Where a look leaves for the next one what seldom changes; gone with a restart of the host.
inline constexpr auto link_places_file = "/run/harden/links";

// What the kernel and drivers of this machine count, in the network namespace of this process.
// Needs root.
// `places`: link_places_file, or empty to remember nothing.
std::unique_ptr<Meters> kernel_meters(std::string places = {});

}
