#pragma once

#include "node/inbound_filter.h"

namespace harden {

// The chains of this network namespace. Legacy tables are read only where they are live already:
// asking for one that is not would create it.
Result<std::vector<InboundChain>> inbound_chains();
// Those that judge what is passed on.
Result<std::vector<InboundChain>> forward_chains();

}
