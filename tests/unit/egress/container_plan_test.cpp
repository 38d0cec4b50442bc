#include "egress/container_plan.h"
#include "egress/dns_clients.h"
#include "support/catch.hpp"
#include "support/contained_node.h"

using namespace harden;
using harden::test::ContainedNode;

static bool has_rule(const ContainedNode& fake, std::string_view text)
{
    return fake.control.rules.find(text) != std::string::npos;
}

TEST_CASE("a node without policies is left alone, and Docker is not asked")
{
    ContainedNode fake;
    fake.docker.running = false;
    const auto reconciled = reconcile_containers(fake.node, fake.control);
    REQUIRE(reconciled);
    CHECK(reconciled->changes.empty());
    CHECK(fake.control.replaced == 0);
}

TEST_CASE("reconciling twice changes once")
{
    ContainedNode fake;
    fake.with_policy(fake.id, {.mode = "allow", .domains = {"example.org"}, .rate = "50M"});
    CHECK_FALSE(container_difference(fake.node, fake.control)->empty());
    CHECK_FALSE(reconcile_containers(fake.node, fake.control)->changes.empty());
    CHECK(has_rule(fake, "172.17.0.2 : jump out_0000000000000000"));
    CHECK(fake.control.rates.at("veth1") == 50'000'000);
    CHECK(container_difference(fake.node, fake.control)->empty());
    CHECK(reconcile_containers(fake.node, fake.control)->changes.empty());
    CHECK(fake.control.replaced == 1);
}

TEST_CASE("a container that was started again is found at its new address")
{
    ContainedNode fake;
    fake.with_policy(fake.id, {.mode = "none"});
    REQUIRE(reconcile_containers(fake.node, fake.control));
    auto& details = fake.docker.details[fake.id];
    details.endpoints.front().address4 = "172.17.0.9";
    details.pid = 200;
    fake.control.cables[200] = fake.control.cables[100];
    fake.control.cables[200].front().device = "veth9";
    CHECK_FALSE(reconcile_containers(fake.node, fake.control)->changes.empty());
    CHECK(has_rule(fake, "172.17.0.9 : jump out_"));
    CHECK(has_rule(fake, "device \"veth9\""));
    CHECK_FALSE(has_rule(fake, "172.17.0.2"));
}

TEST_CASE("a container that does not run has no rules, and one that is gone neither")
{
    ContainedNode fake;
    fake.with_policy(fake.id, {.mode = "none"});
    fake.with_policy(std::string(64, 'f'), {.mode = "none"});
    REQUIRE(reconcile_containers(fake.node, fake.control));
    fake.docker.listed.clear();
    REQUIRE(reconcile_containers(fake.node, fake.control));
    CHECK(fake.control.rules.empty());
}

TEST_CASE("what a container has used is kept while it is started again")
{
    ContainedNode fake;
    fake.with_policy(fake.id, {.mode = "allow", .domains = {"example.org"}, .quota = "1M/day"});
    REQUIRE(reconcile_containers(fake.node, fake.control));
    fake.docker.listed.clear();
    REQUIRE(reconcile_containers(fake.node, fake.control));
    CHECK(has_rule(fake, "set used_0000000000000000_1000000_86400"));
    CHECK_FALSE(has_rule(fake, "172.17.0.2"));
    CHECK(fake.host.read(dns_clients_file).is_absent());
    REQUIRE(fake.host.remove(container_policy_file(fake.id)));
    REQUIRE(reconcile_containers(fake.node, fake.control));
    CHECK(fake.control.rules.empty());
}

TEST_CASE("without Docker the rules stay as they are")
{
    ContainedNode fake;
    fake.with_policy(fake.id, {.mode = "none"});
    REQUIRE(reconcile_containers(fake.node, fake.control));
    const auto before = fake.control.rules;
    fake.docker.running = false;
    CHECK(reconcile_containers(fake.node, fake.control).is_absent());
    CHECK(fake.control.rules == before);
}

TEST_CASE("the shaper of a container without a policy is taken away")
{
    ContainedNode fake;
    fake.with_policy(fake.id, {.rate = "50M"});
    REQUIRE(reconcile_containers(fake.node, fake.control));
    REQUIRE(fake.host.remove(container_policy_file(fake.id)));
    CHECK_FALSE(container_difference(fake.node, fake.control)->empty());
    REQUIRE(reconcile_containers(fake.node, fake.control));
    CHECK(fake.control.rates.empty());
    CHECK(fake.control.rules.empty());
}

TEST_CASE("the rules by address hold also where the cable is not found, and that is said")
{
    ContainedNode fake;
    fake.control.cables[100].clear();
    fake.with_policy(fake.id, {.mode = "none"});
    const auto reconciled = reconcile_containers(fake.node, fake.control);
    REQUIRE(reconciled);
    REQUIRE(reconciled->uncovered.size() == 1);
    CHECK(reconciled->uncovered.front().find("not found") != std::string::npos);
    CHECK(has_rule(fake, "172.17.0.2 : jump out_"));
}

TEST_CASE("who may not look at the cables changes nothing")
{
    ContainedNode fake;
    fake.with_policy(fake.id, {.mode = "none"});
    REQUIRE(reconcile_containers(fake.node, fake.control));
    const auto before = fake.control.rules;
    fake.control.may_look = false;
    CHECK_FALSE(reconcile_containers(fake.node, fake.control));
    CHECK(fake.control.rules == before);
}

TEST_CASE("the proxy learns whom it answers, and forgets the last of them")
{
    ContainedNode fake;
    fake.with_policy(fake.id, {.mode = "allow", .domains = {"*.example.org"}});
    REQUIRE(reconcile_containers(fake.node, fake.control));
    const auto clients = parse_dns_clients(*fake.host.read(dns_clients_file));
    REQUIRE(clients);
    const auto* client = client_at(*clients, *parse_network("172.17.0.2"));
    REQUIRE(client != nullptr);
    CHECK(client->id == fake.id);
    CHECK(may_ask(*client, {"www", "example", "org"}));
    CHECK_FALSE(may_ask(*client, {"evil", "net"}));
    CHECK(client_at(*clients, *parse_network("172.17.0.3")) == nullptr);
    fake.with_policy(fake.id, {.mode = "none"});
    REQUIRE(reconcile_containers(fake.node, fake.control));
    CHECK(fake.host.read(dns_clients_file).is_absent());
}

TEST_CASE("a container without a network of its own cannot be covered")
{
    ContainedNode fake;
    CHECK(can_be_covered(fake.node, fake.control, fake.id));
    for (const auto* mode : {"host", "container:0123"}) {
        fake.docker.details[fake.id].network_mode = mode;
        const auto covered = can_be_covered(fake.node, fake.control, fake.id);
        REQUIRE_FALSE(covered);
        CHECK(covered.error().kind == ErrorKind::Unsupported);
    }
}

TEST_CASE("containers are found by name and id, those that are gone by their records")
{
    ContainedNode fake;
    CHECK(*container_named(fake.node, "web") == fake.id);
    CHECK(container_named(fake.node, "nothing").is_absent());
    fake.with_policy(std::string(64, 'f'), {.mode = "none"});
    CHECK(*container_named(fake.node, "ffffffff") == std::string(64, 'f'));
    CHECK(container_named(fake.node, "fff").is_absent());
}

TEST_CASE("an interface's own address is made of its hardware address")
{
    CHECK(link_local_address("02:42:ac:11:00:02") == "fe80::42:acff:fe11:2");
    CHECK(link_local_address("no address").empty());
}
