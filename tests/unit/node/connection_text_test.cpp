#include "node/connection_text.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("a connection is what its first packet said")
{
    const auto seen = parse_connection(
        "ipv4     2 tcp      6 431999 ESTABLISHED src=172.17.0.2 dst=192.0.2.1 sport=40000 "
        "dport=443 packets=3 bytes=180 src=192.0.2.1 dst=203.0.113.7 sport=443 dport=40000 "
        "packets=2 bytes=120 [ASSURED] mark=0 zone=0 use=2");
    REQUIRE(seen);
    CHECK(seen->protocol == "tcp");
    CHECK(seen->source == "172.17.0.2");
    CHECK(seen->source_port == 40000);
    CHECK(seen->destination == "192.0.2.1");
    CHECK(seen->destination_port == 443);
    CHECK(seen->established);
    CHECK(seen->answered);
    CHECK(seen->sent_bytes == 180);
    CHECK(seen->received_bytes == 120);
}

TEST_CASE("one without an answer, without counts, over IPv6")
{
    const auto seen = parse_connection(
        "ipv6     10 udp      17 29 src=2001:0db8:0000:0000:0000:0000:0000:0002 "
        "dst=2001:0db8:0000:0000:0000:0000:0000:0001 sport=5353 dport=53 [UNREPLIED] "
        "src=2001:0db8:0000:0000:0000:0000:0000:0001 dst=2001:0db8:0000:0000:0000:0000:0000:0002 "
        "sport=53 dport=5353 mark=0 zone=0 use=2");
    REQUIRE(seen);
    CHECK(seen->protocol == "udp");
    CHECK(seen->source == "2001:db8::2");
    CHECK(seen->destination == "2001:db8::1");
    CHECK_FALSE(seen->answered);
    CHECK_FALSE(seen->established);
    CHECK_FALSE(seen->sent_bytes);
}

TEST_CASE("protocols without ports have none")
{
    const auto seen = parse_connection("ipv4     2 icmp     1 29 src=172.17.0.2 dst=192.0.2.1 "
                                       "type=8 code=0 id=7 src=192.0.2.1 dst=172.17.0.2 type=0 "
                                       "code=0 id=7 mark=0 use=1");
    REQUIRE(seen);
    CHECK(seen->protocol == "icmp");
    CHECK(seen->destination_port == 0);
}

TEST_CASE("what the kernel does not write is no connection")
{
    for (const auto* line :
         {"", "ipv4", "ipv4 2 tcp 6 1 CLOSE src=172.17.0.2 dst=192.0.2.1",
          "ipv4 2 tcp 6 1 src=1.1.1.1 dst=2.2.2.2 sport=70000 dport=1 src=2.2.2.2 dst=1.1.1.1",
          "ipv4 2 tcp 6 1 src=1.1.1.1 dst=2.2.2.2 bytes=-1 src=2.2.2.2 dst=1.1.1.1",
          "ipv6 10 tcp 6 1 src=::zz dst=::1 src=::1 dst=::2"}) {
        INFO(line);
        CHECK_FALSE(parse_connection(line));
    }
}
