#include "support/catch.hpp"
#include "usage/pool_ports.h"

using namespace harden;
using Ports = std::set<std::uint16_t>;

TEST_CASE("only connections that stand count")
{
    const Flow stands{.protocol = "tcp", .remote_port = 3333, .established = true};
    const Flow closed{.protocol = "tcp", .remote_port = 4444};
    CHECK(connected_ports(std::vector{stands, closed}) == Ports{3333});
}

TEST_CASE("a process's sockets are read as the kernel lists them")
{
    CHECK(
        connected_ports(
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
            "   0: 00000000:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0\n"
            "   1: 020011AC:C350 0A7100CB:0D05 01 00000000:00000000 00:00000000 00000000     0\n"
            "   2: 0100007F:C351 0100007F:115C 01 00000000:00000000 00:00000000 00000000     0\n"
            "   3: 020011AC:C352 0A7100CB:115C 06 00000000:00000000 00:00000000 00000000     0\n"
            "   4: 0000000000000000FFFF0000020011AC:C350 B80D0120000000000000000010000000:01BB 01 "
            "0:0\n") == Ports{3333, 443});
    CHECK(connected_ports("").empty());
    CHECK(connected_ports("a b c 01\n1: x:y z 01 \n").empty());
}

TEST_CASE("ports that pools use are signs")
{
    CHECK(evidence_in_ports({443, 3333}, {3333, 4444}) ==
          std::vector{Sign{SignKind::PoolPort, "port 3333"}});
    CHECK(evidence_in_ports({443}, {3333}).empty());
}
