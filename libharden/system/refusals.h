#pragma once

#include "node/firewall.h"
#include "system/kernel_socket.h"

namespace harden {

// What the egress policy's own table refused whom in the last day, by group. NotFound: no policy
// is in force. Asks with libmnl alone, so that programs that link OpenSSL may use it.
Result<std::vector<SourceHits>> read_refusals(KernelSocket& netfilter);

}
