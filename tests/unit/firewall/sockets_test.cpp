#include "firewall/sockets.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using namespace harden::test;

static constexpr auto heading =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
    "retrnsmt   uid  timeout inode\n";

TEST_CASE("rows of the kernel's sockets are read, also IPv4 in IPv6")
{
    const auto read = parse_sockets(
        cat(heading,
            "   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0 "
            "       0 1001 1 0000000000000000 100 0 0 10 0\n",
            "   1: 0100007F:0277 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0 "
            "       0 1002 1\n",
            "   2: 0000000000000000FFFF00000271000A:0016 0000000000000000FFFF0000016433C6:C001 01 "
            "00000000:00000000 00:00000000 00000000     0        0 1003 1\n"),
        Protocol::Tcp);
    REQUIRE(read);
    REQUIRE(read->size() == 3);
    CHECK((*read)[0].address == "0.0.0.0");
    CHECK((*read)[0].port == 22);
    CHECK((*read)[0].listens);
    CHECK((*read)[0].inode == "1001");
    CHECK((*read)[1].address == "127.0.0.1");
    CHECK((*read)[2].address == "10.0.113.2");
    CHECK((*read)[2].peer == "198.51.100.1");
    CHECK_FALSE((*read)[2].listens);
}

TEST_CASE("a row that makes no sense is an error")
{
    for (const auto* row : {"   0: 00000000:0016 00000000:0000 0A\n",
                            "   0: 0000:0016 00000000:0000 0A 0 0 0 0 0 1001 1\n",
                            "   0: 0000000G:0016 00000000:0000 0A 0 0 0 0 0 1001 1\n",
                            "   0: 00000000 00000000:0000 0A 0 0 0 0 0 1001 1\n"})
        CHECK_FALSE(parse_sockets(cat(heading, row), Protocol::Tcp));
}

TEST_CASE("a listener is named by the first process that holds it")
{
    FakeHost host;
    host.with_file("/proc/net/tcp",
                   cat(heading,
                       "   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 "
                       "00000000     0        0 77 1\n"));
    host.with_file("/proc/net/udp",
                   cat(heading, "   0: 00000000:0035 00000000:0000 07 00000000:00000000 "
                                "00:00000000 00000000     0        0 78 1\n"));
    for (const auto* process : {"31", "30"}) {
        host.with_link(Path{"/proc"} / process / "fd" / "5", "socket:[77]");
        host.with_file(Path{"/proc"} / process / "comm", cat("nginx", process, "\n"));
    }
    const auto found = listeners(host);
    REQUIRE(found);
    REQUIRE(found->size() == 2);
    CHECK((*found)[0].name == "nginx30");
    CHECK((*found)[0].process == 30);
    CHECK((*found)[1].name.empty());
    CHECK((*found)[1].socket.protocol == Protocol::Udp);
}
