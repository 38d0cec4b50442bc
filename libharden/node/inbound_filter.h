#pragma once

#include "base/result.h"

#include <functional>
#include <string>
#include <vector>

namespace harden {

// One chain that judges packets to the node itself, or those that it passes on.
struct InboundChain {
    std::string family;  // "ip", "ip6", "inet"
    std::string name;    // "filter INPUT"
    bool denies = false; // what no rule decides is dropped or rejected
};

// Every such chain of the kernel, of nftables and of iptables' legacy tables where these are live.
using InboundFilter = std::function<Result<std::vector<InboundChain>>()>;

}
