#pragma once

#include "checks/facts.h"
#include "egress/self_test.h"

namespace harden {

// What became of real packets from the default bridge network.
struct PacketTests {
    NetworkTest test;
    std::vector<PacketAnswer> answers;
};

// For Facts::once: the questions of `egress test` about the groups that refuse, over IPv4 and,
// where the node passes it on, IPv6.
Result<PacketTests> packet_tests(const Facts& facts);

// All that `egress test` asks, from every network. For Facts::once.
Result<std::vector<TestLine>> packet_lines(const Facts& facts);

// Whether the kernel passes IPv6 packets on at all. For Facts::once.
Result<bool> forwards_ipv6(const Facts& facts);

}
