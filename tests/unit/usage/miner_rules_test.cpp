#include "rules.h"

using namespace harden;
using namespace harden::test;

TEST_CASE("the shipped rules can be read, and lists are in lower case")
{
    const auto rules = shipped_rules();
    CHECK(rules.window == 12);
    CHECK(rules.evidence.points >= rules.verdicts.evidence_needed);
    for (const auto& words : {rules.evidence.names, rules.evidence.arguments})
        for (const auto& word : words)
            CHECK(std::none_of(word.begin(), word.end(),
                               [](char c) { return c >= 'A' && c <= 'Z'; }));
}

TEST_CASE("use alone cannot reach the verdict miner")
{
    const auto rules = shipped_rules();
    CHECK(rules.verdicts.ceiling < rules.verdicts.miner);
    CHECK(rules_with("[verdicts]\nceiling = 60").error().message.find("convicts nobody") !=
          std::string::npos);
}

TEST_CASE("a site changes single values")
{
    const auto rules = rules_with("version = 1\n[sustained]\nhot = 0.9\n");
    REQUIRE(rules);
    CHECK(rules->sustained.hot == 0.9);
    CHECK(rules->sustained.most == 11);
}

TEST_CASE("an unknown key names its place and the nearest one")
{
    const auto rules = rules_with("version = 1\n[sustained]\nhott = 0.9\n");
    REQUIRE_FALSE(rules);
    CHECK(rules.error().message.find("/etc/harden/miners.toml:3:1") != std::string::npos);
    CHECK(cat(rules.error().message, rules.error().hint).find("hot\"?") != std::string::npos);
}

TEST_CASE("values out of range are refused")
{
    const auto site = GENERATE(as<std::string>{}, "[sustained]\nhot = 2.0",
                               "[window]\nintervals = 0", "[window]\nintervals = 289",
                               "[evidence]\npoints = \"many\"", "[verdicts]\nwatch = 70",
                               "[sustained]\nmost = 13", "[evidence.wallets.x]\nprefixes = \"4\"");
    CHECK_FALSE(rules_with(site));
}
