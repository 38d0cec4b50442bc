#include "egress/self_test_questions.h"
#include "support/catch.hpp"
#include "support/fake_docker.h"
#include "support/firewall_contract.h"

#include <algorithm>

using namespace harden;
using harden::test::FakeDocker;
using harden::test::small_ruleset;
using Expected = PacketQuestion::Expected;

static const ProbeTargets targets{.destination4 = "203.0.113.10",
                                  .destination6 = "2001:db8::10",
                                  .metadata4 = "169.254.169.254",
                                  .metadata6 = "fd00:ec2::254",
                                  .metadata_port = 80,
                                  .control_port = 443,
                                  .node_port = 61999};

static std::vector<TestNetwork> networks(const std::vector<DockerNetwork>& known)
{
    FakeDocker docker;
    docker.known_networks = known;
    docker.listed = {{.id = "1", .addresses = {"172.18.255.254", "10.0.0.2"}}};
    const auto found = test_networks(docker);
    REQUIRE(found);
    return *found;
}

static TestNetwork network()
{
    return networks({{.name = "six",
                      .driver = "bridge",
                      .bridge = "br-1",
                      .subnets = {"172.18.0.0/16", "fd99::/64"},
                      .gateways = {"172.18.0.1"}}})
        .front();
}

static NetworkTest asked(const Ruleset& ruleset, const TestNetwork& from = network())
{
    const auto test = questions_for(ruleset, from, targets);
    REQUIRE(test);
    return *test;
}

static const GroupTest* find(const NetworkTest& test, const std::string& id, bool is_v6)
{
    const auto found = std::ranges::find_if(test.groups, [&](const GroupTest& group) {
        return group.group == id && group.is_v6 == is_v6;
    });
    return found == test.groups.end() ? nullptr : &*found;
}

static bool has(const GroupTest* group, const PacketQuestion& question)
{
    REQUIRE(group != nullptr);
    return std::ranges::find(group->questions, question) != group->questions.end();
}

TEST_CASE("a network's place is its last free address, and only bridges have one")
{
    const auto found = networks({{.name = "host", .driver = "host"},
                                 {.name = "lan", .driver = "macvlan"},
                                 {.name = "a",
                                  .driver = "bridge",
                                  .bridge = "br-a",
                                  .subnets = {"172.18.0.0/16", "fd99::/64"}},
                                 {.name = "full",
                                  .driver = "bridge",
                                  .bridge = "br-f",
                                  .subnets = {"10.0.0.0/30"},
                                  .gateways = {"10.0.0.1"}}});
    REQUIRE(found.size() == 2);
    CHECK(found[0].source.bridge == "br-a");
    CHECK(found[0].source.address4 == "172.18.255.253/16"); // the last is a container's
    CHECK(found[0].source.address6 == "fd99::ffff:ffff:ffff:fffe");
    CHECK(found[0].gateways == std::vector<std::string>{"172.18.0.1", "fd99::1"});
    CHECK_FALSE(found[1].has_ipv4);
}

TEST_CASE("an address from the middle of a block is neither its network's nor its broadcast's")
{
    const auto inner = [](const char* block) {
        return to_text(inner_address(*parse_network(block)));
    };
    CHECK(inner("10.0.0.0/8") == "10.128.0.1");
    CHECK(inner("192.0.2.7") == "192.0.2.7");
    CHECK(inner("192.0.2.6/31") == "192.0.2.7");
    CHECK(inner("fd00:ec2::/32") == "fd00:ec2:8000::1");
    for (const auto* address : {"127.0.0.1", "0.0.0.1", "224.0.0.1", "255.255.255.255", "::1",
                                "fe80::a9fe:a9fe", "ff02::1"})
        CHECK_FALSE(is_routable(*parse_network(address)));
    CHECK(is_routable(*parse_network("64:ff9b::a9fe:1")));
}

TEST_CASE("every group in force is asked over each family, with both protocols")
{
    const auto test = asked(small_ruleset());
    for (const bool is_v6 : {false, true}) {
        const auto& destination = is_v6 ? targets.destination6 : targets.destination4;
        CHECK(has(find(test, "smtp", is_v6), {destination, 25}));
        CHECK(has(find(test, "smtp", is_v6), {destination, 25, Expected::Closed, Protocol::Udp}));
        CHECK(has(find(test, "irc", is_v6), {destination, 6669}));
        CHECK(has(find(test, "irc", is_v6), {destination, 6660}) != is_v6); // allowed there
        CHECK(has(find(test, "watch", is_v6), {destination, 8888, Expected::Open}));
        CHECK(find(test, "watch", is_v6)->counted == 1);
    }
    const auto* metadata = find(test, "metadata", false);
    CHECK(has(metadata, {"169.254.169.254", 80}));
    CHECK(has(metadata, {"169.254.169.254", 80, Expected::Closed, Protocol::Udp}));
    CHECK(has(metadata, {"169.254.169.254", 53, Expected::Open}));
    CHECK(has(metadata, {"169.254.169.254", 123, Expected::Open, Protocol::Udp}));
    CHECK(has(find(test, "metadata", true), {"fd00:ec2::254", 80}));
    CHECK(has(find(test, "office", false), {"10.1.128.1", 443}));
    CHECK(find(test, "office", true) == nullptr); // it has no IPv6 address
    CHECK(has(find(test, "host-services", false),
              {"172.18.0.1", 2377, Expected::Closed, Protocol::Tcp, true}));
    CHECK(has(find(test, allowed_group, false), {"192.0.2.7", 587, Expected::Open}));
    CHECK(has(find(test, allowed_group, true), {"2001:db8:8000::1", 6660, Expected::Open}));
}

TEST_CASE("a control for every way, at ports that the policy leaves open")
{
    auto ruleset = small_ruleset();
    ruleset.groups[0].tcp.push_back({443, 444});
    const auto test = asked(ruleset);
    CHECK(test.controls.size() == 8); // beyond and the node, tcp and udp, IPv4 and IPv6
    const auto control = [&](const PacketQuestion& question) {
        return std::ranges::find(test.controls, question) != test.controls.end();
    };
    CHECK(control({"203.0.113.10", 445, Expected::Open}));
    CHECK(control({"203.0.113.10", 443, Expected::Open, Protocol::Udp}));
    CHECK(control({"172.18.0.1", 61999, Expected::Open, Protocol::Tcp, true}));
}

TEST_CASE("a network without a way out is asked for the node's own services only")
{
    auto inside = network();
    inside.is_internal = true;
    const auto test = asked(small_ruleset(), inside);
    CHECK(test.controls.size() == 4);
    REQUIRE(test.groups.size() == 2);
    CHECK(test.groups[0].group == "host-services");
}

TEST_CASE("of many addresses and ports some are asked, the first and the last among them")
{
    auto ruleset = small_ruleset();
    auto& office = ruleset.groups[1];
    office.addresses4.clear();
    for (int i = 0; i < 200; ++i)
        office.addresses4.push_back(cat("198.51.100.", std::to_string(i)));
    for (int i = 1000; i < 1200; i += 2)
        ruleset.groups[2].tcp.push_back(
            {static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(i)});
    const auto test = asked(ruleset);
    const auto* addresses = find(test, "office", false);
    CHECK(has(addresses, {"198.51.100.0", 443}));
    CHECK(has(addresses, {"198.51.100.199", 443}));
    CHECK(addresses->questions.size() <= 17);
    CHECK(has(find(test, "smtp", false), {"203.0.113.10", 1198}));
    CHECK(find(test, "smtp", false)->questions.size() <= 25);
}

TEST_CASE("an address inside the sender's own network is not asked: no packet would leave it")
{
    auto ruleset = small_ruleset();
    ruleset.groups[1].addresses4 = {"172.18.5.0/24"};
    CHECK(find(asked(ruleset), "office", false) == nullptr);
}
