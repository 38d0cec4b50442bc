#include "egress/status.h"
#include "support/catch.hpp"
#include "support/fake_node.h"
#include "support/firewall_contract.h"

using namespace harden;
using harden::test::FakeNode;
using harden::test::small_ruleset;

static EgressStatus status_of(FakeNode& fake)
{
    const auto status = egress_status(fake.node, small_ruleset());
    REQUIRE(status);
    return *status;
}

TEST_CASE("a policy in force shows hits and no drift")
{
    FakeNode fake;
    REQUIRE(fake.firewall.replace(small_ruleset()));
    const auto status = status_of(fake);
    CHECK(status.drift.empty());
    CHECK(status.uncovered.empty());
    CHECK(render_text(status).find("nftables  as wanted") != std::string::npos);
    CHECK(render_text(status).find("smtp  ip 0, ip6 0") != std::string::npos);
    CHECK(render_json(status).find("\"schema\": \"harden.egress/1\"") != std::string::npos);
}

TEST_CASE("drift is shown with what it shall be")
{
    FakeNode fake;
    const auto status = status_of(fake);
    REQUIRE(status.drift.size() == 1);
    CHECK(render_text(status).find("differs from the policy") != std::string::npos);
}

TEST_CASE("what passes none of our hooks is named, and names cannot forge a line")
{
    FakeNode fake;
    fake.docker.listed = {
        {.id = "1", .name = "evil\nbackend    nftables  as wanted", .networks = {"host"}},
        {.id = "2", .name = "good", .networks = {"bridge"}}};
    fake.docker.known_networks = {{.name = "lan", .driver = "macvlan"},
                                  {.name = "bridge", .driver = "bridge", .bridge = "docker0"},
                                  {.name = "own", .driver = "bridge", .bridge = "own0"}};
    const auto status = status_of(fake);
    REQUIRE(status.uncovered.size() == 3);
    const auto text = render_text(status);
    CHECK(text.find("uncovered  container evil\\x0abackend") != std::string::npos);
    CHECK(text.find("network lan: its driver macvlan") != std::string::npos);
    CHECK(text.find("network own: its bridge own0") != std::string::npos);
    CHECK(text.find("good") == std::string::npos);
}

TEST_CASE("a node without Docker has no containers to miss")
{
    FakeNode fake;
    fake.docker.running = false;
    CHECK(status_of(fake).unknown.empty());
}
