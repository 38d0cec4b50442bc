#pragma once

#include "node/meters.h"
#include "system/kernel_socket.h"

namespace harden {

// All links of the socket's network namespace: where they lead to, and what they carried.
Result<std::vector<LinkMeter>> read_links(KernelSocket& route);

// The numbers by which the links' namespace knows those of processes, in their order; none where
// the process is gone or no link leads there.
Result<std::vector<std::optional<int>>> read_namespaces(KernelSocket& route,
                                                        std::span<const int> pids);

}
