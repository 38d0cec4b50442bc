#include "support/catch.hpp"
#include "support/private_network.h"
#include "system/inbound_filter.h"
#include "system/packet_probe.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace harden;
using namespace harden::test;

using Expected = PacketQuestion::Expected;

// What a packet probe needs of a node: a bridge as Docker makes it, and a kernel that forwards.
static void make_node()
{
    shell("ip link set lo up && ip link add docker0 address 02:42:ac:11:00:01 type bridge && "
          "ip addr add 172.17.0.1/16 dev docker0 && ip link set docker0 up && "
          "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
}

static const std::vector<PacketQuestion> questions = {
    {"203.0.113.10", 443, Expected::Open},
    {"2001:db8::10", 443, Expected::Open},
    {"169.254.169.254", 80},
    {"fd00:ec2::254", 80},
    {"203.0.113.10", 25},
    {"2001:db8::10", 25},
};

static PacketFate fate(const std::vector<PacketAnswer>& answers, const std::string& address,
                       int port)
{
    const auto found = std::ranges::find_if(answers, [&](const PacketAnswer& answer) {
        return answer.question.address == address && answer.question.port == port;
    });
    REQUIRE(found != answers.end());
    return found->fate;
}

static std::string traces()
{
    return shell("ip -o link; ip rule; ip -6 rule; ip route show table all; "
                 "ip -6 route show table all; ip neigh | grep PERMANENT || true");
}

TEST_CASE("packets of a probe are answered where nothing forbids them, and leave no trace")
{
    if (!enter_private_network())
        return;
    make_node();
    const auto first = probe_packets({"docker0"}, questions); // its port raises the bridge
    const auto before = traces();
    const auto answers = probe_packets({"docker0"}, questions);
    REQUIRE(first);
    REQUIRE(answers);
    CHECK(answers->size() == questions.size());
    for (const auto& answer : *answers) {
        INFO(answer.question.address << " " << answer.detail);
        CHECK(answer.fate == PacketFate::Open);
    }
    CHECK(traces() == before);
    CHECK(traces().find("harden") == std::string::npos);
}

TEST_CASE("packets of a probe meet the rules that containers meet")
{
    if (!enter_private_network())
        return;
    make_node();
    shell(
        "nft add table inet t && "
        "nft 'add chain inet t pre { type filter hook prerouting priority -160; }' && "
        "nft add rule inet t pre iifname docker0 ip daddr 169.254.0.0/16 tcp dport 80 reject with "
        "tcp reset && "
        "nft add rule inet t pre iifname docker0 ip6 daddr fd00:ec2::/32 drop && "
        "nft 'add chain inet t out { type filter hook forward priority -10; }' && "
        "nft add rule inet t out iifname docker0 tcp dport 25 reject with icmpx admin-prohibited");
    const auto answers = probe_packets({"docker0"}, questions);
    REQUIRE(answers);
    CHECK(fate(*answers, "203.0.113.10", 443) == PacketFate::Open);
    CHECK(fate(*answers, "2001:db8::10", 443) == PacketFate::Open);
    CHECK(fate(*answers, "169.254.169.254", 80) == PacketFate::Refused);
    CHECK(fate(*answers, "fd00:ec2::254", 80) == PacketFate::Silent);
    CHECK(fate(*answers, "203.0.113.10", 25) == PacketFate::Refused);
    CHECK(fate(*answers, "2001:db8::10", 25) != PacketFate::Open); // no source for an ICMPv6 answer
}

TEST_CASE("a control that is refused is not taken for open")
{
    if (!enter_private_network())
        return;
    make_node();
    shell("nft add table inet t && "
          "nft 'add chain inet t out { type filter hook forward priority -10; policy drop; }'");
    const auto answers = probe_packets({"docker0"}, {{"203.0.113.10", 443, Expected::Open}});
    REQUIRE(answers);
    CHECK(answers->front().fate == PacketFate::Silent);
}

TEST_CASE("a probe that is killed midway takes its traces with it")
{
    if (!enter_private_network())
        return;
    make_node();
    shell("nft add table inet t && "
          "nft 'add chain inet t out { type filter hook forward priority -10; policy drop; }'");
    const auto child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        static_cast<void>(probe_packets({"docker0"}, questions)); // waits for its controls
        _exit(0);
    }
    const auto sees = [](const std::string& what, bool wanted) {
        for (int tries = 0; tries < 100; ++tries) {
            if ((traces().find(what) != std::string::npos) == wanted)
                return true;
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
        return false;
    };
    CHECK(sees("from fd68:6172:6465:6e::2 ", true));
    REQUIRE(kill(child, SIGKILL) == 0);
    REQUIRE(waitpid(child, nullptr, 0) == child);
    CHECK(sees("harden", false));
    CHECK(sees("from 172.17.255.254 ", false));
    CHECK(sees("fd68:6172:6465:6e::2", false));
}

TEST_CASE("without a bridge nothing is sent and nothing made")
{
    if (!enter_private_network())
        return;
    const auto answers = probe_packets({"docker0"}, questions);
    REQUIRE_FALSE(answers);
    CHECK(answers.error().kind == ErrorKind::NotFound);
}

static bool denies(const std::string& family)
{
    const auto chains = inbound_chains();
    REQUIRE(chains);
    return std::ranges::any_of(
        *chains, [&](const InboundChain& chain) { return chain.family == family && chain.denies; });
}

TEST_CASE("the effective inbound policy is read from every back end")
{
    if (!enter_private_network())
        return;
    CHECK(inbound_chains()->empty());
    SECTION("a chain's policy")
    {
        shell("nft add table inet t && "
              "nft 'add chain inet t in { type filter hook input priority 0; policy drop; }'");
        CHECK(denies("inet"));
    }
    SECTION("a last rule that drops")
    {
        shell(
            "nft add table inet t && nft 'add chain inet t in { type filter hook input priority 0; "
            "}' && nft add rule inet t in tcp dport 22 accept && nft add rule inet t in counter "
            "drop");
        CHECK(denies("inet"));
    }
    SECTION("a policy that a rule before it makes void")
    {
        shell(
            "nft add table inet t && nft 'add chain inet t in { type filter hook input priority 0; "
            "policy drop; }' && nft add rule inet t in counter accept");
        CHECK_FALSE(denies("inet"));
    }
    SECTION("iptables in either of its kinds")
    {
        shell("iptables-nft -P INPUT DROP && ip6tables-nft -P INPUT ACCEPT");
        CHECK(denies("ip"));
        CHECK_FALSE(denies("ip6"));
        shell("ip6tables-legacy -P INPUT DROP");
        CHECK(denies("ip6"));
    }
    SECTION("without making a legacy table by asking")
    {
        CHECK(shell("cat /proc/net/ip_tables_names").empty());
    }
}
