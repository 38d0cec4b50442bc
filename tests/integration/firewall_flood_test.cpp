// Nothing leaks while the rules are applied again and again under a flood.
#include "base/text.h"
#include "support/catch.hpp"
#include "support/egress_policies.h"
#include "support/firewall_contract.h"
#include "support/private_network.h"
#include "support/wires.h"
#include "system/kernel_firewall.h"

#include <arpa/inet.h>
#include <atomic>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace harden;
using namespace harden::test;

static bool send_one(int kind)
{
    sockaddr_in there{.sin_family = AF_INET, .sin_port = htons(3333)};
    inet_pton(AF_INET, "203.0.113.10", &there.sin_addr);
    const auto* raw = static_cast<const sockaddr*>(static_cast<const void*>(&there));
    const int socket = ::socket(AF_INET, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const bool sent = kind == SOCK_DGRAM ? sendto(socket, "x", 1, 0, raw, sizeof there) == 1
                                         : connect(socket, raw, sizeof there) != 0;
    close(socket);
    return sent;
}

// Contents change in every round, a whole group in every fifth; in every seventh somebody has made
// one of our chains into another one.
static void apply_again_and_again(Firewall& firewall, Ruleset ruleset)
{
    for (std::uint32_t round = 0; round < 20; ++round) {
        ruleset.flow_burst = 200 + round % 2;
        if (round % 5 == 4)
            ruleset.groups[0].udp.push_back(
                {static_cast<std::uint16_t>(700 + round), static_cast<std::uint16_t>(700 + round)});
        if (round % 7 == 6)
            shell("nft 'delete chain inet harden_egress input; add chain inet harden_egress input "
                  "{ type filter hook input priority 7; }'"); // the table is made anew
        succeeds(firewall.replace(ruleset));
    }
    CHECK(holds(firewall, ruleset));
}

static void flood(const std::string& backend, int kind)
{
    if (!enter_private_network())
        return;
    if (!backend.empty())
        for (const auto& command : {"iptables-" + backend, "ip6tables-" + backend})
            shell(command + " -N DOCKER-USER; " + command + " -A FORWARD -j DOCKER-USER");
    const Wires wires;
    const auto ten = [&] {
        wires.in_container([&] {
            for (int packet = 0; packet < 10; ++packet)
                send_one(kind);
        });
        usleep(100'000);
        return wires.arrived();
    };
    REQUIRE(ten() >= 10); // the control: without rules they arrive

    const auto firewall = kernel_firewall();
    const auto ruleset = compiled_ruleset();
    succeeds(firewall->replace(ruleset));
    usleep(100'000);
    wires.arrived(); // what was on its way
    std::atomic<bool> enough = false;
    std::atomic<long> sent = 0;
    std::thread sender{[&] {
        wires.in_container([&] {
            while (!enough && sent < 2'000'000)
                sent += send_one(kind) ? 1 : 0;
        });
    }};
    while (sent < 1000)
        usleep(1000);
    apply_again_and_again(*firewall, ruleset);
    enough = true;
    sender.join();
    usleep(100'000);
    const auto leaked = wires.arrived();
    CHECK(leaked == 0);
    WARN((backend.empty() ? "own table alone" : "with iptables-" + backend)
         << ", " << (kind == SOCK_DGRAM ? "udp" : "tcp syn") << ": " << leaked << " of " << sent
         << " packets through during 20 applies");
    succeeds(firewall->remove());
    CHECK(ten() >= 10);
}

TEST_CASE("no datagram leaks while the own table is applied under a flood", "[firewall]")
{
    flood("", SOCK_DGRAM);
}

TEST_CASE("no connection leaks while the own table is applied under a flood", "[firewall]")
{
    flood("", SOCK_STREAM);
}

TEST_CASE("no datagram leaks with iptables-nft", "[firewall]")
{
    flood("nft", SOCK_DGRAM);
}

TEST_CASE("no connection leaks with iptables-nft", "[firewall]")
{
    flood("nft", SOCK_STREAM);
}

TEST_CASE("no datagram leaks with iptables-legacy", "[firewall]")
{
    flood("legacy", SOCK_DGRAM);
}

TEST_CASE("no connection leaks with iptables-legacy", "[firewall]")
{
    flood("legacy", SOCK_STREAM);
}
