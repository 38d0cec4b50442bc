#pragma once

#include "node/firewall.h"

#include <memory>

namespace harden {

// The packet filter of this network namespace: our own nftables table, and the tagged copy in
// DOCKER-USER by libnftnl (iptables-nft) or libiptc (live legacy tables).
std::unique_ptr<Firewall> kernel_firewall();

}
