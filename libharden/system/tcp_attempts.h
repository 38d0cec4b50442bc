#pragma once

#include "node/packet_probe.h"
#include "system/descriptor.h"

#include <vector>

namespace harden {

// Sockets that complete every handshake on these ports, over IPv4 and IPv6, while they are held.
Result<std::vector<Descriptor>> listen_on(const std::vector<std::uint16_t>& ports);

// Tries all connections from this thread's network namespace: the controls first, the rest at once.
std::vector<PacketAnswer> tried(const std::vector<PacketQuestion>& questions);

}
