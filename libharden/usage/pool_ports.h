#pragma once

#include "usage/observation.h"

#include <cstdint>
#include <set>

namespace harden {

// Ports elsewhere to which there are established connections: from what the kernel tracks, …
std::set<std::uint16_t> connected_ports(const std::vector<Flow>& flows);
// … or from /proc/PID/net/tcp and tcp6, for a process that uses the host's kernel.
std::set<std::uint16_t> connected_ports(std::string_view sockets);

std::vector<Sign> evidence_in_ports(const std::set<std::uint16_t>& ports,
                                    const std::set<std::int64_t>& pool_ports);

}
