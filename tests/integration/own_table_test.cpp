// Our own encoding of the table against the tool that everybody knows: nft makes the same of the
// table's text, and lists what we made as what it made itself.
#include "base/text.h"
#include "egress/compile.h"
#include "egress/policy.h"
#include "support/catch.hpp"
#include "support/fake_host.h"
#include "support/firewall_contract.h"
#include "support/private_network.h"
#include "system/kernel_firewall.h"
#include "system/own_table_batch.h"

#include <algorithm>
#include <fstream>

using namespace harden;
using namespace harden::test;

static Ruleset with_everything()
{
    auto ruleset = small_ruleset();
    ruleset.groups[0].action = Action::Drop;
    ruleset.groups[1].udp = {{5432, 5433}, {65535, 65535}};
    ruleset.groups[1].addresses6 = {"::/0"};
    ruleset.groups[2].open_to = {"172.20.0.0/16", "172.21.0.9", "fd99::/64"};
    ruleset.groups.push_back({.id = "next", .tcp = {{26, 26}}}); // touches a port of smtp
    ruleset.allow.push_back({"192.0.2.9", {25, 25}, "172.21.0.0/16"});
    ruleset.allow.push_back({"192.0.2.0/24", {25, 25}, "172.21.0.5"});
    ruleset.allow.push_back({"2001:db8::9", {1, 65535}, "fd99::/64"});
    ruleset.parallel_flows = 40;
    return ruleset;
}

static std::vector<Ruleset> rulesets()
{
    FakeHost host;
    const auto shipped = egress_settings(host, egress_site_file, SiteFile::MayBeAbsent);
    REQUIRE(shipped);
    return {small_ruleset(), with_everything(),
            *compile_egress(*parse_egress_policy(*shipped), {"mybr0"})};
}

static void load_with_nft(const OwnTable& table)
{
    const std::string file = "/tmp/harden-own-table.nft";
    std::ofstream{file} << to_nft_text(table);
    INFO(to_nft_text(table));
    REQUIRE(shell("nft -f " + file + " 2>&1").empty());
    shell("rm " + file);
}

TEST_CASE("nft makes of the table's text what we make of the table", "[firewall]")
{
    for (const auto& ruleset : rulesets()) {
        if (!enter_private_network())
            return;
        const auto table = *own_table(ruleset);
        load_with_nft(table);
        const auto by_nft = shell("nft -s list table inet harden_egress");
        CHECK(holds(*kernel_firewall(), ruleset));

        REQUIRE(enter_private_network());
        const auto firewall = kernel_firewall();
        succeeds(firewall->replace(ruleset));
        CHECK(shell("nft -s list table inet harden_egress") == by_nft);
    }
}

TEST_CASE("each way to tamper with the table is seen and mended", "[firewall]")
{
    if (!enter_private_network())
        return;
    const auto ruleset = with_everything();
    const auto firewall = kernel_firewall();
    succeeds(firewall->replace(ruleset));
    const std::string table = "inet harden_egress ";
    for (const auto& command :
         {"add element " + table + "office_4 { 203.0.113.0/24 }",
          "delete element " + table + "metadata_4 { 169.254.0.0/16 }",
          "flush set " + table + "container_if", "flush map " + table + "tcp_ports",
          "delete element " + table + "udp_ports { 25 }", "insert rule " + table + "forward accept",
          "insert rule " + table + "v_smtp tcp dport 25 return", "flush chain " + table + "refuse",
          "add chain " + table + "stranger", "add set " + table + "stranger '{ type ipv4_addr; }'",
          "add counter " + table + "stranger", "chain " + table + "forward '{ policy drop; }'",
          std::string{"delete table "} + table}) {
        INFO(command);
        CHECK(shell("nft " + command + " 2>&1").empty());
        CHECK_FALSE(firewall->difference(ruleset)->empty());
        succeeds(firewall->replace(ruleset));
        CHECK(holds(*firewall, ruleset));
    }
}

TEST_CASE("an apply that changes one group writes that group and keeps every counter", "[firewall]")
{
    if (!enter_private_network())
        return;
    const auto firewall = kernel_firewall();
    auto ruleset = small_ruleset();
    succeeds(firewall->replace(ruleset));
    shell("nft add rule inet harden_egress input counter name smtp_ip; ip link set lo up");
    shell("bash -c 'echo x >/dev/udp/127.0.0.1/9'");
    const auto handles = [] {
        return shell("nft -a list chain inet harden_egress v_irc | grep handle");
    };
    const auto before = handles();
    ruleset.groups.push_back({.id = "new", .tcp = {{9418, 9418}}});
    ruleset.parallel_flows = 10;
    succeeds(firewall->replace(ruleset));
    CHECK(holds(*firewall, ruleset));
    CHECK(handles() == before);
    const auto hits = *firewall->hits();
    const auto smtp = std::ranges::find_if(
        hits, [](const auto& hit) { return hit.group == "smtp" && hit.family == "ip"; });
    REQUIRE(smtp != hits.end());
    CHECK(smtp->packets > 0);
}
