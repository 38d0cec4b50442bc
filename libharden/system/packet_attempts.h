#pragma once

#include "node/packet_probe.h"

#include <vector>

namespace harden {

// Tries all flows from this thread's network namespace: those that shall be open first, the rest
// at once.
std::vector<PacketAnswer> tried(const std::vector<PacketQuestion>& questions);
// Whether a TCP connection is accepted there.
bool accepts_connection(const std::string& address, std::uint16_t port);

}
