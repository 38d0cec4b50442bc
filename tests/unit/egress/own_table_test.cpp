#include "base/text.h"
#include "egress/own_table.h"
#include "support/catch.hpp"
#include "support/firewall_contract.h"

#include <algorithm>

using namespace harden;
using harden::test::small_ruleset;

using Rules = std::vector<std::string>;

static Rules rules_of(const Ruleset& ruleset, std::string_view name)
{
    const auto table = own_table(ruleset);
    REQUIRE(table);
    const auto chain = std::ranges::find(table->chains, name, &TableChain::name);
    Rules rules;
    if (chain != table->chains.end())
        for (const auto& rule : chain->rules)
            rules.push_back(to_text(rule));
    return rules;
}

static std::string set_of(const Ruleset& ruleset, std::string_view name)
{
    const auto table = own_table(ruleset);
    REQUIRE(table);
    const auto set = std::ranges::find(table->sets, name, &TableSet::name);
    if (set == table->sets.end())
        return "none";
    Rules elements;
    for (const auto& element : set->elements)
        elements.push_back(to_text(element, set->key));
    return join(elements, ", ");
}

TEST_CASE("metadata is judged by destination first, and spares DNS and NTP")
{
    CHECK(rules_of(small_ruleset(), "prerouting") ==
          Rules{"ip daddr @metadata_4 jump g_metadata", "ip6 daddr @metadata_6 jump g_metadata"});
    CHECK(rules_of(small_ruleset(), "g_metadata") ==
          Rules{"iifname != @container_if return", "goto v_metadata"});
    const auto rules = rules_of(small_ruleset(), "v_metadata");
    CHECK(rules[0] == "tcp dport @metadata_spared_tcp return");
    CHECK(rules[1] == "udp dport @metadata_spared_udp return");
    CHECK(rules.back() == "goto refuse");
    CHECK(set_of(small_ruleset(), "metadata_spared_udp") == "53, 123");
}

TEST_CASE("replies leave the forward chain before anything is looked up")
{
    CHECK(rules_of(small_ruleset(), "forward") ==
          Rules{"ct direction reply return", "tcp dport vmap @tcp_ports",
                "udp dport vmap @udp_ports", "ip daddr @office_4 jump g_office",
                "ct status and confirmed != confirmed iifname @container_if oifname != "
                "@container_if jump new_flow"});
}

TEST_CASE("ports of groups share one map a protocol")
{
    CHECK(set_of(small_ruleset(), "tcp_ports") ==
          "25 : jump g_smtp, 587 : jump g_smtp, 6660 : jump g_irc, 6661 : jump g_irc, "
          "6662 : jump g_irc, 6663 : jump g_irc, 6664 : jump g_irc, 6665 : jump g_irc, "
          "6666 : jump g_irc, 6667 : jump g_irc, 6668 : jump g_irc, 6669 : jump g_irc, "
          "8888 : jump g_watch");
    CHECK(set_of(small_ruleset(), "udp_ports") == "25 : jump g_smtp");
    CHECK(set_of(small_ruleset(), "allow_4") == "192.0.2.7 . 587");
    CHECK(set_of(small_ruleset(), "allow_6") == "2001:db8::/32 . 6660-6661");
}

TEST_CASE("a soft group counts and logs, a hard one answers, a silent one drops")
{
    auto ruleset = small_ruleset();
    ruleset.groups[0].action = Action::Drop;
    CHECK(rules_of(ruleset, "v_irc").back() == "goto discard");
    CHECK(rules_of(ruleset, "v_smtp").back() == "goto refuse");
    CHECK(rules_of(ruleset, "v_watch").back() == "goto watch");
    CHECK(rules_of(ruleset, "watch") ==
          Rules{"limit rate 10/second burst 20 packets log prefix \"harden watch \" group 77"});
    CHECK(rules_of(ruleset, "refuse") ==
          Rules{"limit rate 10/second burst 20 packets log prefix \"harden egress \" group 77",
                "meta l4proto tcp reject with tcp reset", "reject with icmpx admin-prohibited"});
}

TEST_CASE("each refusal counts by family and by sender")
{
    const auto rules = rules_of(small_ruleset(), "v_smtp");
    CHECK(rules[rules.size() - 3] ==
          "meta nfproto ipv4 counter name smtp_ip update @smtp_by_4 { ip saddr counter }");
    CHECK(rules[rules.size() - 2] ==
          "meta nfproto ipv6 counter name smtp_ip6 update @smtp_by_6 { ip6 saddr counter }");
}

TEST_CASE("a range too wide for single ports has a set of its own")
{
    auto ruleset = small_ruleset();
    ruleset.groups[0].tcp = {{6000, 7000}};
    CHECK(set_of(ruleset, "irc_tcp") == "6000-7000");
    CHECK(rules_of(ruleset, "forward")[3] == "tcp dport @irc_tcp jump g_irc");
    CHECK(set_of(ruleset, "tcp_ports") ==
          "25 : jump g_smtp, 587 : jump g_smtp, 8888 : jump g_watch");
}

TEST_CASE("ports at addresses are looked up together")
{
    auto ruleset = small_ruleset();
    ruleset.groups[1].tcp = {{5432, 5432}};
    CHECK(rules_of(ruleset, "forward")[3] ==
          "ip daddr @office_4 tcp dport @office_tcp jump g_office");
    CHECK(set_of(ruleset, "office_tcp") == "5432");
}

TEST_CASE("a group can be open to some senders, and a destination too")
{
    auto ruleset = small_ruleset();
    ruleset.groups[2].open_to = {"172.20.0.0/16", "fd99::/64"};
    ruleset.allow.push_back({"192.0.2.9", {25, 25}, "172.21.0.0/16"});
    ruleset.allow.push_back({"192.0.2.0/24", {25, 25}, "172.21.0.5"});
    const auto rules = rules_of(ruleset, "v_smtp");
    CHECK(std::ranges::count(rules, "ip saddr @smtp_open_4 return") == 1);
    CHECK(std::ranges::count(rules, "ip6 saddr @smtp_open_6 return") == 1);
    CHECK(std::ranges::count(rules, "ip saddr . ip daddr . tcp dport @allow_from_4 return") == 1);
    CHECK(set_of(ruleset, "allow_from_4") == "172.21.0.0/16 . 192.0.2.9 . 25");
    CHECK(set_of(ruleset, "allow_host_4") == "172.21.0.5 . 192.0.2.0/24 . 25");
    CHECK(std::ranges::count(rules_of(ruleset, "v_irc"), "ip saddr @smtp_open_4 return") == 0);
}

TEST_CASE("containers on the node's own network are known by their control group")
{
    auto ruleset = small_ruleset();
    CHECK(rules_of(ruleset, "output").empty());
    ruleset.host_cgroups = {{"docker", 17}, {"system.slice/docker-1f.scope", 99}};
    CHECK(rules_of(ruleset, "output") ==
          Rules{"oifname \"lo\" return", "ct direction reply return",
                "socket cgroupv2 level 1 @host_level_1 jump host_network",
                "socket cgroupv2 level 2 @host_level_2 jump host_network"});
    CHECK(set_of(ruleset, "host_level_2") == "99");
    CHECK(rules_of(ruleset, "host_network")[0] == "ip daddr @metadata_4 jump v_metadata");
    CHECK(set_of(ruleset, "host_udp_ports") == "25 : jump v_smtp");
}

TEST_CASE("without a limit there is no trace of one")
{
    auto ruleset = small_ruleset();
    ruleset.flows_per_second = 0;
    CHECK(set_of(ruleset, "rate_4") == "none");
    CHECK(rules_of(ruleset, "new_flow").empty());
    ruleset.parallel_flows = 40;
    CHECK(rules_of(ruleset, "new_flow")[0] ==
          "add @flows_4 { ip saddr ct count over 40 } jump rate_over");
    CHECK(set_of(ruleset, "rate_4") == "none");
}
