#pragma once

#include "node/inbound_rehearsal.h"

namespace harden {

// In two scratch network namespaces that a wire joins; this machine's own is not touched.
Result<std::vector<PacketAnswer>> rehearse_inbound(const InboundTrial& trial);

}
