#include "checks/verify_rules.h"
#include "support/catch.hpp"
#include "support/fake_node.h"

using namespace harden;
using namespace harden::test;

static Result<VerifyRules> rules_with(const std::string& site)
{
    FakeHost host;
    if (!site.empty())
        host.with_file(site_verify_rules, site);
    return verify_rules_from(TRY(verify_settings(host)));
}

TEST_CASE("the shipped rules are whole")
{
    const auto rules = rules_with("");
    REQUIRE(rules);
    CHECK(rules->network.metadata4 == "169.254.169.254");
    CHECK(rules->gvisor.outdated_after == std::chrono::days{120});
    CHECK(rules->flaws.flaws.size() > 10);
    CHECK(rules->flaws.packages.at("docker") == "docker.io");
}

TEST_CASE("a site changes single values by name")
{
    const auto rules = rules_with("version = 1\n[gvisor]\noutdated_after_days = 30\n");
    REQUIRE(rules);
    CHECK(rules->gvisor.outdated_after == std::chrono::days{30});
    CHECK(rules->gvisor.old_after == std::chrono::days{60});
}

TEST_CASE("wrong rules are errors that say where")
{
    const auto refused = [](const std::string& site, const std::string& message) {
        const auto rules = rules_with("version = 1\n" + site);
        REQUIRE_FALSE(rules);
        INFO(rules.error().message);
        CHECK(rules.error().message.find(message) != std::string::npos);
    };
    refused("[gvisor]\nold_after_days = 0\n", "/etc/harden/verify.toml:3:");
    refused("[gvisor]\nold_after = 3\n", "unknown key \"old_after\"");
    refused("[versions]\nas_of = \"yesterday\"\n", "not a day as in");
    refused("[versions.flaws.CVE-1]\ncomponent = \"bash\"\nfixed_in = [\"1.0\"]\n",
            "not one of runc, containerd, docker");
    refused("[network]\ncontrol_port = 70000\n", "out of range");
}
