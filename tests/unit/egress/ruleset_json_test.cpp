#include "egress/ruleset_json.h"
#include "support/catch.hpp"
#include "support/firewall_contract.h"

using namespace harden;
using harden::test::small_ruleset;

TEST_CASE("a ruleset comes back from its record as it was")
{
    auto ruleset = small_ruleset();
    ruleset.groups[0].action = Action::Drop;
    ruleset.rate_tier = Tier::Soft;
    const auto read = ruleset_from_json(to_json(ruleset));
    INFO((read ? std::string{} : read.error().message));
    REQUIRE(read);
    CHECK(*read == ruleset);
    CHECK(*ruleset_from_json(to_json(Ruleset{})) == Ruleset{});
}

TEST_CASE("a record that could inject rules is refused")
{
    const auto refused_with = [](std::string_view from, std::string_view to) {
        auto text = to_json(small_ruleset());
        const auto at = text.find(from);
        REQUIRE(at != std::string::npos);
        text.replace(at, from.size(), to);
        return !ruleset_from_json(text);
    };
    CHECK(refused_with("harden.ruleset/1", "harden.ruleset/2"));
    CHECK(refused_with("\"irc\"", "\"irc; flush ruleset\""));
    CHECK(refused_with("169.254.0.0/16", "1.1.1.1 }"));
    CHECK(refused_with("br-*", "br-* }"));
    CHECK(refused_with("6660-6669", "6660-"));
    CHECK(refused_with("\"flow_burst\": 200", "\"flow_burst\": \"200\""));
    CHECK_FALSE(ruleset_from_json("{"));
    CHECK_FALSE(ruleset_from_json(""));
}
