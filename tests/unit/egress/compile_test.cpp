#include "egress/compile.h"
#include "node/ports.h"
#include "support/catch.hpp"

using namespace harden;

static EgressPolicy policy_of(std::vector<PolicyGroup> groups)
{
    return {.container_interfaces = {"docker0", "br-*"}, .groups = std::move(groups)};
}

static std::string shown(const std::vector<PortRange>& ranges)
{
    std::vector<std::string> texts;
    for (const auto& range : ranges)
        texts.push_back(to_text(range));
    return join(texts, " ");
}

TEST_CASE("a port ends in one group, hard before soft")
{
    const auto ruleset =
        compile_egress(policy_of({{{.id = "a-watch", .tier = Tier::Soft, .tcp = {{1, 100}}}},
                                  {{.id = "mail", .tcp = {{25, 25}, {20, 30}}}},
                                  {{.id = "other", .tcp = {{25, 40}}, .udp = {{25, 25}}}}}),
                       {});
    REQUIRE(ruleset);
    REQUIRE(ruleset->groups.size() == 3);
    CHECK(shown(ruleset->groups[0].tcp) == "1-19 41-100");
    CHECK(shown(ruleset->groups[1].tcp) == "20-30");
    CHECK(shown(ruleset->groups[2].tcp) == "31-40");
    CHECK(shown(ruleset->groups[2].udp) == "25");
}

TEST_CASE("a group that lost all its ports, or is not enabled, is left out")
{
    const auto ruleset = compile_egress(policy_of({{{.id = "a", .tcp = {{25, 25}}}},
                                                   {{.id = "b", .tcp = {{25, 25}}}},
                                                   {{.id = "c", .tcp = {{26, 26}}}, false}}),
                                        {});
    REQUIRE(ruleset);
    REQUIRE(ruleset->groups.size() == 1);
    CHECK(ruleset->groups[0].id == "a");
}

TEST_CASE("ports at addresses are nobody else's")
{
    const auto ruleset =
        compile_egress(policy_of({{{.id = "a", .tcp = {{25, 25}}}},
                                  {{.id = "b",
                                    .tcp = {{25, 25}},
                                    .addresses4 = {"10.0.0.0/8", "10.1.0.0/16", "9.0.0.0/8"}}}}),
                       {});
    REQUIRE(ruleset);
    REQUIRE(ruleset->groups.size() == 2);
    CHECK(shown(ruleset->groups[1].tcp) == "25");
    CHECK(ruleset->groups[1].addresses4 == std::vector<std::string>{"9.0.0.0/8", "10.0.0.0/8"});
}

TEST_CASE("metadata and host services are judged in their own places")
{
    const auto ruleset =
        compile_egress(policy_of({{{.id = "host-services", .tcp = {{22, 22}}}},
                                  {{.id = "metadata", .addresses4 = {"169.254.0.0/16"}}},
                                  {{.id = "ssh", .tcp = {{22, 22}}}}}),
                       {});
    REQUIRE(ruleset);
    CHECK(ruleset->metadata.id == "metadata");
    CHECK(shown(ruleset->host_services.tcp) == "22");
    REQUIRE(ruleset->groups.size() == 1);
    CHECK(shown(ruleset->groups[0].tcp) == "22");
}

TEST_CASE("Docker's bridges are added unless a pattern covers them")
{
    const auto ruleset = compile_egress(policy_of({}), {"mybr0", "br-0a1b2c", "docker0", "mybr0"});
    REQUIRE(ruleset);
    CHECK(ruleset->container_interfaces == std::vector<std::string>{"br-*", "docker0", "mybr0"});
}

TEST_CASE("no two allowed destinations overlap")
{
    auto policy = policy_of({});
    policy.allow = {{"10.0.0.0/8", {80, 90}},
                    {"10.1.0.0/16", {85, 95}},
                    {"10.1.0.0/16", {85, 95}},
                    {"::1", {85, 85}}};
    const auto ruleset = compile_egress(policy, {});
    REQUIRE(ruleset);
    std::vector<std::string> allow;
    for (const auto& [address, ports, source] : ruleset->allow)
        allow.push_back(cat(address, ":", to_text(ports)));
    CHECK(join(allow, " ") ==
          "10.0.0.0/8:80-84 10.0.0.0/8:85 ::1:85 10.0.0.0/8:86-90 10.1.0.0/16:91-95");
}
