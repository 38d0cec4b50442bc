#pragma once

#include "node/packet_probe.h"

namespace harden {

// A PacketProbe for this machine. Its scratch namespaces, links, routes and rules are gone when it
// returns, and also when its process is killed.
Result<std::vector<PacketAnswer>> probe_packets(const PacketSource& source,
                                                const std::vector<PacketQuestion>& questions);

}
