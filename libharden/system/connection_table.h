#pragma once

#include "node/meters.h"
#include "system/kernel_socket.h"

namespace harden {

struct ConnectionLimits {
    // A look shall stay cheap where somebody has the kernel track a million connections.
    std::size_t most = 32'768;
    // Up to so many are read as text, which costs least.
    std::size_t few = 1024;
};

// All connections that the kernel tracks, of both families. NotFound: it tracks none. Unsupported:
// there are more than `most`, and none of them was looked at.
Result<std::vector<Connection>> read_connections(KernelSocket& netfilter,
                                                 const ConnectionLimits& limits = {});

}
