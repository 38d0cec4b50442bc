#include "egress/resolve.h"
#include "egress/ruleset_json.h"
#include "egress/wanted.h"
#include "support/catch.hpp"
#include "support/fake_node.h"

#include <algorithm>

using namespace harden;
using harden::test::FakeNode;

static constexpr auto site = R"(
version = 1
[networks.mail]
open = ["smtp"]
allow = ["192.0.2.7:9001"]
[labels."harden.egress=relay"]
open = ["irc", "tor"]
)";

static void with_two_containers(FakeNode& fake)
{
    fake.host.with_file(egress_site_file, site);
    fake.docker.known_networks = {
        {.name = "mail",
         .driver = "bridge",
         .bridge = "br-1",
         .subnets = {"172.20.0.0/16", "fd99::/64"}},
        {.name = "other", .driver = "bridge", .subnets = {"172.21.0.0/16"}}};
    auto& relay = fake.docker.add(1, "relay");
    relay.labels = {{"harden.egress", "relay"}};
    relay.addresses = {"172.21.0.5"};
    auto& stranger = fake.docker.add(2, "stranger");
    stranger.labels = {{"harden.egress", "all"}};
    stranger.addresses = {"172.21.0.6"};
}

static const RefusedGroup& group(const Ruleset& ruleset, std::string_view id)
{
    const auto found = std::ranges::find(ruleset.groups, id, &RefusedGroup::id);
    REQUIRE(found != ruleset.groups.end());
    return *found;
}

TEST_CASE("a group is open to the network and to the label that the operator names")
{
    FakeNode fake;
    with_two_containers(fake);
    const auto wanted = wanted_ruleset(fake.node);
    INFO((wanted ? "" : wanted.error().message));
    REQUIRE(wanted);
    CHECK(group(*wanted, "smtp").open_to == std::vector<std::string>{"172.20.0.0/16", "fd99::/64"});
    CHECK(group(*wanted, "irc").open_to == std::vector<std::string>{"172.21.0.5"});
    CHECK(group(*wanted, "mining").open_to.empty());
    REQUIRE(wanted->allow.size() == 1);
    CHECK(wanted->allow[0] == AllowedDestination{"192.0.2.7", {9001, 9001}, "172.20.0.0/16"});
    CHECK(*ruleset_from_json(to_json(*wanted)) == *wanted);
}

TEST_CASE("without the operator's word a label says nothing")
{
    FakeNode fake;
    with_two_containers(fake);
    fake.host.with_file(egress_site_file, "version = 1");
    CHECK(group(*wanted_ruleset(fake.node), "irc").open_to.empty());
}

TEST_CASE("while Docker is stopped who was excepted stays so")
{
    FakeNode fake;
    with_two_containers(fake);
    const auto before = *wanted_ruleset(fake.node);
    fake.host.with_file(recorded_ruleset_file, to_json(before));
    fake.docker.running = false;
    CHECK(group(*wanted_ruleset(fake.node), "irc").open_to == group(before, "irc").open_to);
    CHECK(wanted_ruleset(fake.node)->allow == before.allow);
}

TEST_CASE("exceptions that name no group, or say nothing, are errors")
{
    FakeNode fake;
    const auto complaint = [&](const std::string& text) {
        fake.host.with_file(egress_site_file, "version = 1\n" + text);
        const auto wanted = wanted_ruleset(fake.node);
        REQUIRE_FALSE(wanted);
        return wanted.error();
    };
    const auto misspelt = complaint("[networks.mail]\nopen = [\"smpt\"]\n");
    CHECK(misspelt.message.starts_with("/etc/harden/egress.toml:3:"));
    CHECK(misspelt.hint == "did you mean \"smtp\"?");
    CHECK(complaint("[networks.mail]\n").message.find("changes nothing") != std::string::npos);
    CHECK(complaint("[labels.mailer]\nopen = [\"smtp\"]\n").message.find("KEY=VALUE") !=
          std::string::npos);
    CHECK(complaint("[host_network]\ncgroups = [\"../x\"]\n").message.find("no path") !=
          std::string::npos);
}

TEST_CASE("a container on the node's network is known by its control group")
{
    FakeNode fake;
    auto& container = fake.docker.add(7, "host");
    container.networks = {"host"};
    const auto id = container.id;
    fake.docker.details[id].pid = 700;
    fake.host.with_file("/proc/self/mounts", "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n");
    fake.host.with_file("/proc/700/cgroup", "0::/system.slice/docker-" + id + ".scope\n");
    CHECK(wanted_ruleset(fake.node)->host_cgroups.empty()); // its group is not there
    fake.host.with_file("/sys/fs/cgroup/system.slice/docker-" + id + ".scope", "");
    const auto found = wanted_ruleset(fake.node)->host_cgroups;
    REQUIRE(found.size() == 1);
    CHECK(found[0].path == "system.slice/docker-" + id + ".scope");
    fake.host.with_file("/proc/700/cgroup", "0::/\n"); // somebody else's group
    CHECK(wanted_ruleset(fake.node)->host_cgroups.empty());
}
