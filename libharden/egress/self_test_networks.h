#pragma once

#include "node/address.h"
#include "node/docker.h"
#include "node/packet_probe.h"

#include <string>
#include <vector>

namespace harden {

// A network of containers as a place to send from.
struct TestNetwork {
    std::string name; // somebody else's: escape
    PacketSource source;
    std::vector<Network> subnets;
    std::vector<std::string> gateways; // the node's own addresses in it
    bool has_ipv4 = false;
    bool has_ipv6 = false;
    bool is_internal = false; // no way out, whatever the rules say
};

// Docker's bridge networks.
Result<std::vector<TestNetwork>> test_networks(const Docker& docker);

// An address in the middle of the block, no network's and no broadcast's.
Network inner_address(const Network& block);
// Whether a router would pass on what is sent there.
bool is_routable(const Network& address);

}
