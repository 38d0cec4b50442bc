#include "egress/followed.h"
#include "support/catch.hpp"

using namespace harden;

static Ruleset policy()
{
    Ruleset ruleset;
    ruleset.container_interfaces = {"br-*", "docker0"};
    ruleset.groups = {{.id = "smtp", .tcp = {{25, 25}}}};
    ruleset.allow = {{"192.0.2.7/32", {587, 587}}};
    return ruleset;
}

TEST_CASE("a new bridge of the same policy is followed")
{
    auto wanted = policy();
    wanted.container_interfaces = {"br-*", "docker0", "mybr0"};
    CHECK(followed(policy(), wanted) == wanted);
}

TEST_CASE("a bridge that is gone is forgotten")
{
    auto recorded = policy();
    recorded.container_interfaces = {"br-*", "docker0", "mybr0"};
    CHECK(followed(recorded, policy()) == policy());
}

TEST_CASE("what depends on networks and control groups is no other policy")
{
    auto wanted = policy();
    wanted.groups[0].open_to = {"172.20.0.0/16"};
    wanted.host_cgroups = {{"docker", 4711}};
    wanted.allow.push_back({"192.0.2.9/32", {25, 25}, "172.20.0.5/32"});
    CHECK(followed(policy(), wanted) == wanted);
}

TEST_CASE("a policy that nobody has applied yet is left to the operator, but bridges are covered")
{
    auto wanted = policy();
    wanted.groups[0].tcp = {{26, 26}};
    wanted.allow.clear();
    wanted.container_interfaces = {"br-*", "docker0", "mybr0", "podman*"};
    auto expected = policy();
    expected.container_interfaces = {"br-*", "docker0", "mybr0"};
    CHECK(followed(policy(), wanted) == expected);
}

TEST_CASE("while the policy waits no bridge loses its cover")
{
    auto recorded = policy();
    recorded.container_interfaces = {"br-*", "docker0", "mybr0"};
    auto wanted = policy();
    wanted.flows_per_second = 7;
    CHECK(followed(recorded, wanted) == recorded);
    wanted.container_interfaces = {"br-*", "br-1", "docker0"};
    CHECK(followed(recorded, wanted) == recorded);
}
