#pragma once

#include "node/meters.h"
#include "system/kernel_socket.h"

namespace harden {

// A look shall stay cheap where somebody has the kernel track a million connections.
inline constexpr std::size_t most_connections = 32'768;

// All connections that the kernel tracks, of both families. Unsupported: there are more than
// `most`, and none of them was looked at, or none is tracked at all.
Result<std::vector<Connection>> read_connections(KernelSocket& netfilter,
                                                 std::size_t most = most_connections);

}
