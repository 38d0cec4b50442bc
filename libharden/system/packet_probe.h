#pragma once

#include "node/packet_probe.h"

namespace harden {

// The probe of this node's kernel: a scratch namespace on a port of the bridge sends, another one
// behind a link of its own answers, and a routing rule that binds the scratch address alone leads
// from one to the other. Needs root. All of it is gone when it returns, and when it is killed.
Result<std::vector<PacketAnswer>> probe_packets(const std::string& bridge,
                                                const std::vector<PacketQuestion>& questions);

}
