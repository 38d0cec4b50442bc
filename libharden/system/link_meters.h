#pragma once

#include "node/meters.h"
#include "system/kernel_socket.h"
#include "system/link_places.h"

namespace harden {

// All links of the socket's network namespace: what they carried, and where they lead to. Only
// where `places` lacks one of them the places are listed again, and put there.
Result<std::vector<LinkMeter>> read_links(KernelSocket& route, LinkPlaces& places);

// The numbers by which the links' namespace knows those of processes, in their order; none where
// the process is gone or no link leads there.
Result<std::vector<std::optional<int>>> read_namespaces(KernelSocket& route,
                                                        std::span<const int> pids);

}
