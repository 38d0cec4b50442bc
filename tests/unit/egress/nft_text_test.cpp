#include "egress/nft_text.h"
#include "support/catch.hpp"
#include "support/firewall_contract.h"

using namespace harden;
using harden::test::small_ruleset;

static std::vector<std::string> rules_of(const std::string& text, std::string_view chain)
{
    const auto start = cat("add rule inet harden_egress ", chain, " ");
    std::vector<std::string> rules;
    for (const auto line : lines(text))
        if (line.starts_with(start))
            rules.emplace_back(line.substr(start.size()));
    return rules;
}

static bool has_line(const std::string& text, std::string_view wanted)
{
    for (const auto line : lines(text))
        if (line == wanted)
            return true;
    return false;
}

using Rules = std::vector<std::string>;

TEST_CASE("metadata is judged by destination first, and spares DNS and NTP")
{
    const auto text = nft_transaction(small_ruleset(), Loading::Rebuild);
    CHECK(rules_of(text, "prerouting") ==
          Rules{"ip daddr @metadata_4 jump g_metadata", "ip6 daddr @metadata_6 jump g_metadata"});
    const auto rules = rules_of(text, "g_metadata");
    REQUIRE(rules.size() == 8);
    CHECK(rules[0] == "iifname != @container_if return");
    CHECK(rules[1] == "tcp dport @metadata_spared_tcp return");
    CHECK(rules[2] == "udp dport @metadata_spared_udp return");
    CHECK(rules.back() == "goto refuse");
    CHECK(has_line(text, "add element inet harden_egress metadata_spared_udp { 53, 123 }"));
}

TEST_CASE("replies leave the forward chain before anything is looked up")
{
    const auto rules = rules_of(nft_transaction(small_ruleset(), Loading::Rebuild), "forward");
    CHECK(rules == Rules{"ct direction reply return", "tcp dport vmap @tcp_ports",
                         "udp dport vmap @udp_ports", "ip daddr @office_4 jump g_office",
                         "ct status and confirmed != confirmed iifname @container_if oifname != "
                         "@container_if jump new_flow"});
}

TEST_CASE("ports of groups share one map a protocol")
{
    const auto text = nft_transaction(small_ruleset(), Loading::Rebuild);
    CHECK(has_line(
        text,
        "add element inet harden_egress tcp_ports { 6660-6669 : jump g_irc, 25 : jump g_smtp, "
        "587 : jump g_smtp, 8888 : jump g_watch }"));
    CHECK(has_line(text, "add element inet harden_egress udp_ports { 25 : jump g_smtp }"));
    CHECK(has_line(text, "add element inet harden_egress allow_4 { 192.0.2.7 . 587 }"));
    CHECK(has_line(text, "add element inet harden_egress allow_6 { 2001:db8::/32 . 6660-6661 }"));
}

TEST_CASE("a soft group counts and logs, a hard one answers, a silent one drops")
{
    auto ruleset = small_ruleset();
    ruleset.groups[0].action = Action::Drop;
    const auto text = nft_transaction(ruleset, Loading::Rebuild);
    CHECK(rules_of(text, "g_irc").back() == "goto discard");
    CHECK(rules_of(text, "g_smtp").back() == "goto refuse");
    CHECK(rules_of(text, "g_watch").back() ==
          "limit rate 10/second burst 20 packets log prefix \"harden watch \" group 77");
    CHECK(rules_of(text, "refuse") ==
          Rules{"limit rate 10/second burst 20 packets log prefix \"harden egress \" group 77",
                "meta l4proto tcp reject with tcp reset", "reject with icmpx admin-prohibited"});
}

TEST_CASE("ports at addresses are looked up together")
{
    auto ruleset = small_ruleset();
    ruleset.groups[1].tcp = {{5432, 5432}};
    const auto text = nft_transaction(ruleset, Loading::Rebuild);
    CHECK(rules_of(text, "forward")[3] == "ip daddr @office_4 tcp dport @office_tcp jump g_office");
    CHECK(has_line(text, "add element inet harden_egress office_tcp { 5432 }"));
}

TEST_CASE("without allowed destinations no packet looks for one")
{
    auto ruleset = small_ruleset();
    ruleset.allow.pop_back();
    CHECK(nft_transaction(ruleset, Loading::Rebuild).find("allow_6") == std::string::npos);
    CHECK(nft_transaction(ruleset, Loading::Rebuild).find("allow_4") != std::string::npos);
    ruleset.allow.clear();
    CHECK(nft_transaction(ruleset, Loading::Rebuild).find("allow_") == std::string::npos);
}

TEST_CASE("without a rate there is no trace of one")
{
    auto ruleset = small_ruleset();
    ruleset.flows_per_second = 0;
    const auto text = nft_transaction(ruleset, Loading::Refill);
    CHECK(text.find("rate_") == std::string::npos);
    CHECK(text.find("new_flow") == std::string::npos);
}

TEST_CASE("a refill keeps counters and sources, a rebuild starts from nothing")
{
    const auto refill = nft_transaction(small_ruleset(), Loading::Refill);
    CHECK(refill.find("delete table") == std::string::npos);
    CHECK(has_line(refill, "flush chain inet harden_egress g_smtp"));
    CHECK(has_line(refill, "flush set inet harden_egress container_if"));
    CHECK(has_line(refill, "flush map inet harden_egress tcp_ports"));
    CHECK_FALSE(has_line(refill, "flush set inet harden_egress rate_4"));
    const auto rebuild = nft_transaction(small_ruleset(), Loading::Rebuild);
    CHECK(has_line(rebuild, "delete table inet harden_egress"));
    CHECK(rebuild.find("flush") == std::string::npos);
}
