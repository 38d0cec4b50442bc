#include "egress/ruleset_json.h"
#include "egress/wanted.h"
#include "support/catch.hpp"
#include "support/fake_node.h"

#include <algorithm>

using namespace harden;
using harden::test::FakeNode;

static bool names(const Result<Ruleset>& ruleset, std::string_view interface)
{
    REQUIRE(ruleset);
    return std::ranges::count(ruleset->container_interfaces, interface) == 1;
}

TEST_CASE("bridges with a name of their own are container interfaces")
{
    FakeNode fake;
    fake.docker.known_networks = {{.name = "own", .driver = "bridge", .bridge = "mybr0"},
                                  {.name = "odd", .driver = "bridge", .bridge = "a\"b"},
                                  {.name = "lan", .driver = "macvlan", .bridge = "mv0"}};
    const auto wanted = wanted_ruleset(fake.node);
    CHECK(names(wanted, "mybr0"));
    CHECK_FALSE(names(wanted, "a\"b"));
    CHECK_FALSE(names(wanted, "mv0"));
}

TEST_CASE("while Docker is stopped the bridges it had stay closed")
{
    FakeNode fake;
    fake.docker.known_networks = {{.name = "own", .driver = "bridge", .bridge = "mybr0"}};
    fake.host.with_file(recorded_ruleset_file, to_json(*wanted_ruleset(fake.node)));
    fake.docker.running = false;
    CHECK(names(wanted_ruleset(fake.node), "mybr0"));
}

TEST_CASE("a node on which nothing was applied has no record")
{
    FakeNode fake;
    CHECK(recorded_ruleset(fake.host).is_absent());
    fake.host.with_file(recorded_ruleset_file, "{}");
    CHECK_FALSE(recorded_ruleset(fake.host));
    CHECK_FALSE(recorded_ruleset(fake.host).is_absent());
}
