#include "support/catch.hpp"
#include "support/fake_firewall.h"
#include "support/firewall_contract.h"
#include "support/private_network.h"
#include "system/kernel_firewall.h"

#include <algorithm>

using namespace harden;
using namespace harden::test;

// The chains that Docker makes, with a rule that an operator has put there.
static void make_docker_user(const std::string& command)
{
    shell(command + " -N DOCKER-USER");
    shell(command + " -A FORWARD -j DOCKER-USER");
    shell(command +
          " -A DOCKER-USER -p tcp --dport 4242 -m comment --comment 'the operator' -j ACCEPT");
    shell(command + " -A DOCKER-USER -j RETURN");
}

static int count(const std::string& text, const std::string& what)
{
    int found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size()))
        ++found;
    return found;
}

static bool is_live(const Firewall& firewall, const std::string& backend)
{
    const auto live = firewall.backends();
    REQUIRE(live);
    return std::ranges::count(*live, backend) == 1;
}

// One apply after another leaves one rule a port, and the operator's where they were.
static void copies_once(Firewall& firewall, const std::string& command)
{
    const auto before = shell(command + " -S DOCKER-USER");
    auto ruleset = small_ruleset();
    for (int round = 0; round < 3; ++round) {
        ruleset.flow_burst += 1;
        ruleset.groups[2].tcp.push_back(
            {static_cast<std::uint16_t>(600 + round), static_cast<std::uint16_t>(600 + round)});
        succeeds(firewall.replace(ruleset));
        CHECK(holds(firewall, ruleset));
    }
    const auto listed = shell(command + " -L DOCKER-USER -n");
    CHECK(count(listed, "tcp dpt:25 ") == 1);
    CHECK(count(listed, "udp dpt:25 ") == 1);
    CHECK(count(listed, "tcp dpt:6667 ") == 1);
    CHECK(count(listed, "tcp dpt:602 ") == 1);
    CHECK(count(listed, "dpt:8888") == 0); // soft: only counted, by our own table
    auto without_ours = std::string{};
    const auto rules = shell(command + " -S DOCKER-USER");
    for (const auto line : lines(rules))
        if (line.find("harden:") == std::string_view::npos)
            without_ours += cat(line, "\n");
    CHECK(without_ours == before);

    succeeds(firewall.remove());
    CHECK(shell(command + " -S DOCKER-USER") == before);
    CHECK(count(shell(command + " -S"), "HARDEN") == 0);
}

TEST_CASE("the fake packet filter keeps the contract", "[firewall]")
{
    FakeFirewall firewall;
    keeps_firewall_contract(firewall, [&] { firewall.tamper(); });
}

TEST_CASE("a kernel without Docker's chains keeps the contract", "[firewall]")
{
    if (!enter_private_network())
        return;
    const auto firewall = kernel_firewall();
    keeps_firewall_contract(*firewall, [] { shell("nft flush chain inet harden_egress g_smtp"); });
    CHECK(*firewall->backends() == std::vector<std::string>{"nftables"});
    CHECK(shell("nft list ruleset").empty());
    CHECK(shell("cat /proc/thread-self/net/ip_tables_names")
              .empty()); // looking brought nothing to life
    CHECK(shell("cat /proc/thread-self/net/ip6_tables_names").empty());
}

TEST_CASE("iptables-nft keeps the contract", "[firewall]")
{
    if (!enter_private_network())
        return;
    make_docker_user("iptables-nft");
    const auto before = shell("nft -s list ruleset");
    const auto firewall = kernel_firewall();
    CHECK(is_live(*firewall, "iptables-nft"));
    CHECK_FALSE(is_live(*firewall, "iptables-legacy"));
    keeps_firewall_contract(*firewall, [] {
        shell("iptables-nft -D DOCKER-USER -p tcp --dport 25 -m comment --comment harden:smtp -j "
              "HARDEN-DROP");
    });
    // ip6tables had no DOCKER-USER: what was made for it went away again
    CHECK(shell("nft -s list ruleset") == before);
    CHECK(shell("cat /proc/thread-self/net/ip_tables_names").empty());
}

TEST_CASE("iptables-legacy keeps the contract", "[firewall]")
{
    if (!enter_private_network())
        return;
    make_docker_user("iptables-legacy");
    make_docker_user("ip6tables-legacy");
    const auto before = shell("iptables-legacy -S; ip6tables-legacy -S");
    const auto firewall = kernel_firewall();
    CHECK(is_live(*firewall, "iptables-legacy"));
    CHECK_FALSE(is_live(*firewall, "iptables-nft"));
    keeps_firewall_contract(*firewall, [] { shell("ip6tables-legacy -F HARDEN-REFUSE"); });
    CHECK(shell("iptables-legacy -S; ip6tables-legacy -S") == before);
    CHECK(shell("nft list ruleset").empty());
}

TEST_CASE("each of our rules is in DOCKER-USER once, and the operator's stay in place",
          "[firewall]")
{
    for (const std::string backend : {"nft", "legacy"}) {
        if (!enter_private_network())
            return;
        make_docker_user("iptables-" + backend);
        make_docker_user("ip6tables-" + backend);
        const auto firewall = kernel_firewall();
        INFO(backend);
        copies_once(*firewall, "iptables-" + backend);
        copies_once(*firewall, "ip6tables-" + backend);
    }
}

TEST_CASE("where ip6tables has no DOCKER-USER we lead there ourselves, and take back just that",
          "[firewall]")
{
    if (!enter_private_network())
        return;
    make_docker_user("iptables-legacy");
    shell("ip6tables-legacy -A FORWARD -s fd00::7 -j ACCEPT");
    const auto before = shell("ip6tables-legacy -S");
    const auto firewall = kernel_firewall();
    succeeds(firewall->replace(small_ruleset()));
    const auto rules = shell("ip6tables-legacy -S");
    CHECK(rules.find("-A FORWARD -m comment --comment \"harden:chain-and-jump\" -j DOCKER-USER") !=
          std::string::npos);
    CHECK(rules.find("-A DOCKER-USER -d fd00:ec2::/32") != std::string::npos);
    shell("ip6tables-legacy -D FORWARD -m comment --comment harden:chain-and-jump -j DOCKER-USER");
    CHECK_FALSE(holds(*firewall, small_ruleset()));
    succeeds(firewall->replace(small_ruleset()));
    CHECK(holds(*firewall, small_ruleset()));
    succeeds(firewall->remove());
    CHECK(shell("ip6tables-legacy -S") == before);
}

TEST_CASE("a legacy table that is not live is not brought to life", "[firewall]")
{
    if (!enter_private_network())
        return;
    make_docker_user("iptables-legacy");
    const auto firewall = kernel_firewall();
    succeeds(firewall->replace(small_ruleset()));
    CHECK(holds(*firewall, small_ruleset()));
    CHECK(shell("cat /proc/thread-self/net/ip6_tables_names").empty());
}

TEST_CASE("what Docker comes to own is not taken away with ours", "[firewall]")
{
    if (!enter_private_network())
        return;
    make_docker_user("iptables-nft");
    const auto firewall = kernel_firewall();
    succeeds(firewall->replace(small_ruleset()));
    shell("ip6tables-nft -A FORWARD -j DOCKER-USER"); // a newer Docker after an upgrade
    succeeds(firewall->replace(small_ruleset()));
    CHECK(holds(*firewall, small_ruleset()));
    succeeds(firewall->remove());
    const auto left = shell("ip6tables-nft -S");
    CHECK(left.find("-N DOCKER-USER") != std::string::npos);
    CHECK(left.find("-A FORWARD -j DOCKER-USER") != std::string::npos);
    CHECK(count(left, "harden") == 0);
}

TEST_CASE("counters survive an apply that changes only contents", "[firewall]")
{
    if (!enter_private_network())
        return;
    const auto firewall = kernel_firewall();
    auto ruleset = small_ruleset();
    succeeds(firewall->replace(ruleset));
    shell("nft add rule inet harden_egress input counter name smtp_ip; ip link set lo up");
    shell("bash -c 'echo x >/dev/udp/127.0.0.1/9'");
    ruleset.groups[1].addresses4.push_back("10.9.0.0/16");
    succeeds(firewall->replace(ruleset));
    CHECK(holds(*firewall, ruleset));
    const auto hits = *firewall->hits();
    const auto smtp = std::ranges::find_if(
        hits, [](const auto& hit) { return hit.group == "smtp" && hit.family == "ip"; });
    REQUIRE(smtp != hits.end());
    CHECK(smtp->packets > 0);
}
