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

TEST_CASE("hits of a source carry the name of the container that has its address")
{
    FakeNode fake;
    fake.docker.listed = {
        {.id = "1", .name = "web\x1b[2J", .addresses = {"172.17.0.2", "fd00::2"}}};
    fake.docker.known_networks = {
        {.name = "bridge", .driver = "bridge", .bridge = "docker0", .subnets = {"172.17.0.0/16"}}};
    fake.firewall.sources = {{"tor", "172.17.255.254", 3},
                             {"smtp", "172.17.0.9", 1},
                             {"irc", "fd00::2", 5},
                             {"smtp", "172.17.0.2", 12}};
    const auto status = status_of(fake);
    REQUIRE(status.containers.size() == 4);
    CHECK(status.containers[0].name == "web\x1b[2J"); // the most first
    CHECK(status.containers[1].hits.source == "fd00::2");
    CHECK(status.containers[2].name == "(egress test)");
    CHECK(status.containers[3].name.empty());
    const auto text = render_text(status);
    CHECK(text.find("container  web\\x1b[2J 172.17.0.2  smtp 12\n") != std::string::npos);
    CHECK(text.find("container  (none that runs) 172.17.0.9  smtp 1\n") != std::string::npos);
    CHECK(render_json(status).find("\"source\": \"fd00::2\"") != std::string::npos);
}

TEST_CASE("two live back ends of iptables are warned of")
{
    FakeNode fake;
    CHECK(status_of(fake).warnings.empty());
    fake.firewall.live = {"nftables", "iptables-nft", "iptables-legacy"};
    CHECK(render_text(status_of(fake))
              .find("warning    iptables-nft and iptables-legacy are both live") !=
          std::string::npos);
}

TEST_CASE("networks that no hook of ours sees are named by their driver")
{
    FakeNode fake;
    fake.docker.known_networks = {{.name = "v", .driver = "ipvlan"},
                                  {.name = "swarm", .driver = "overlay"},
                                  {.name = "strange", .driver = "weave"},
                                  {.name = "host", .driver = "host"},
                                  {.name = "none", .driver = "null"}};
    const auto status = status_of(fake);
    REQUIRE(status.uncovered.size() == 3);
    CHECK(status.uncovered[1].find("docker_gwbridge") != std::string::npos);
    CHECK(status.uncovered[2].find("not known") != std::string::npos);
}

TEST_CASE("a container in the host's network is covered by a control group that holds it")
{
    FakeNode fake;
    fake.docker.add(1, "inside").networks = {"host"};
    fake.docker.add(2, "outside").networks = {"host"};
    fake.docker.details[fake.docker.listed[0].id].pid = 11;
    fake.docker.details[fake.docker.listed[1].id].pid = 12;
    fake.host.with_file("/proc/11/cgroup", "1:cpu:/\n0::/docker/1\n");
    fake.host.with_file("/proc/12/cgroup", "0::/dockers/2\n");
    auto wanted = small_ruleset();
    wanted.host_cgroups = {{"docker", 7}};
    const auto status = egress_status(fake.node, wanted);
    REQUIRE(status);
    REQUIRE(status->uncovered.size() == 1);
    CHECK(status->uncovered[0].find("container outside") == 0);
}

TEST_CASE("a node without Docker has no containers to miss")
{
    FakeNode fake;
    fake.docker.running = false;
    CHECK(status_of(fake).unknown.empty());
}
