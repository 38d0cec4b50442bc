#pragma once

#include "checks/facts.h"
#include "egress/self_test_judge.h"

namespace harden {

// What became of real packets from the default bridge network.
struct PacketTests {
    NetworkTest test;
    std::vector<PacketAnswer> answers;
};

// For Facts::once: the questions of `egress test` about the groups that have a check, over IPv4
// and, where the node passes it on, IPv6.
Result<PacketTests> packet_tests(const Facts& facts);

// Whether the kernel passes IPv6 packets on at all. For Facts::once.
Result<bool> forwards_ipv6(const Facts& facts);

}
