#include "integration/street.h"

using namespace harden;
using namespace harden::test;

TEST_CASE("what no rule lets in is closed, to the node and to published ports", "[firewall]")
{
    if (!enter_private_network())
        return;
    const Street street;
    const auto others = rules_of_others();
    // the control: everything is open
    street.from_outside(PacketFate::Open, at_node());
    street.from_outside(PacketFate::Open, at_both({8080, 8081}, {5354}));
    street.from_outside(PacketFate::Open, in_container());

    load(table_of(site));
    street.from_outside(PacketFate::Open, at_both({22, 443, 8081}, {53, 5354}));
    street.from_outside(PacketFate::Silent, at_both({9090, 8080}, {5300})); // 8080: the hole of ufw
    street.from_outside(PacketFate::Silent, in_container()); // routed to its own address
    // out of containers, and the replies
    street.from_container(PacketFate::Open, {question(sender4, 25), question(sender6, 25)});
    street.from_container(PacketFate::Silent, {question(node4, 9090), question(node6, 9090)});
    CHECK(rules_of_others() == others);
    std::uint64_t refused = 0;
    for (const auto& hits : *kernel_firewall()->inbound_hits())
        refused += hits.packets;
    CHECK(refused > 0);

    load(""); // without a trace
    CHECK(rules_of_others() == others);
    CHECK(shell("nft list tables") == "table ip engine\ntable ip6 engine\n");
    street.from_outside(PacketFate::Open, at_both({9090, 8080}));
}

TEST_CASE("senders are told apart by address and by interface", "[firewall]")
{
    if (!enter_private_network())
        return;
    const Street street;
    load(table_of("[ssh]\nfrom = [\"203.0.113.0/28\"]\n[allow.a]\nto = \"containers\"\n"
                  "tcp = [8080]\nfrom = [\"2001:db8:1::/64\"]\n[allow.b]\nto = \"node\"\n"
                  "tcp = [443, 9090]\ninterfaces = [\"up*\"]\n[allow.c]\nto = \"node\"\n"
                  "udp = [53]\ninterfaces = [\"eth9\"]\n"));
    street.from_outside(PacketFate::Open, {question(node4, 22), question(node6, 8080),
                                           question(node4, 9090), question(node6, 443)});
    street.from_outside(PacketFate::Silent, {question(node6, 22), question(node4, 8080),
                                             question(node4, 53, Protocol::Udp)});
    load(table_of("[deny]\naddresses = [\"203.0.113.10\", \"2001:db8:1::/64\"]\n[allow.a]\n"
                  "to = \"containers\"\ntcp = [8080]\n"));
    street.from_outside(PacketFate::Silent, at_both({22, 8080}));
}

static long new_connections(const Street& street, const char* address, int attempts)
{
    long in = 0;
    street.outside([&] {
        for (int i = 0; i < attempts; ++i)
            in += static_cast<long>(shell(cat("timeout 0.5 bash -c 'exec 3<>/dev/tcp/", address,
                                              "/22' 2>/dev/null && echo open || echo closed")) ==
                                    "open\n");
    });
    return in;
}

TEST_CASE("new SSH connections of one source are limited, and never the operator's", "[firewall]")
{
    if (!enter_private_network())
        return;
    const Street street;
    const auto limited = "[ssh]\nconnections_per_minute = 1\nburst = 4\n";
    load(table_of(limited));
    CHECK(new_connections(street, node4, 8) == 4);
    load(table_of("[ssh]\nconnections_per_minute = 1\nburst = 2\n")); // another limit holds at once
    CHECK(new_connections(street, node4, 3) == 2);
    load(table_of(limited));
    street.outside([] { // another address of the same 64 bits is the same source
        shell("ip addr add 2001:db8:1::11/64 dev eth0 nodad preferred_lft 0");
    });
    CHECK(new_connections(street, node6, 3) == 3);
    street.outside([] {
        shell("ip addr del 2001:db8:1::10/64 dev eth0; ip addr del 2001:db8:1::11/64 dev eth0; "
              "ip addr add 2001:db8:1::11/64 dev eth0 nodad; "
              "ip route replace default via 2001:db8:1::1 dev eth0");
    });
    CHECK(new_connections(street, node6, 3) == 1);
    load(table_of(limited, {{22}, *parse_network(sender4)}));
    CHECK(new_connections(street, node4, 8) == 8);
}
