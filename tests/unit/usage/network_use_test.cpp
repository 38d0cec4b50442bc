#include "support/catch.hpp"
#include "support/fake_meters.h"
#include "usage/network_use.h"
#include "usage/traffic.h"

using namespace harden;
using namespace harden::test;

static Container container(std::vector<std::string> addresses)
{
    Container made{.id = std::string(64, 'a')};
    for (std::size_t i = 0; i < addresses.size(); ++i)
        made.networks.push_back(cat("network", std::to_string(i)));
    made.addresses = std::move(addresses);
    return made;
}

static std::optional<Traffic> traffic(const FakeMeters& meters, const Container& of,
                                      std::vector<int> pids)
{
    return NetworkUse::ask(meters, pids).traffic_of(of, pids);
}

static void carry(LinkMeter& link, std::uint64_t from_container, std::uint64_t to_container)
{
    link.received_bytes = from_container;
    link.received_packets = from_container / 1000;
    link.sent_bytes = to_container;
    link.sent_packets = to_container / 1000;
}

TEST_CASE("what the node receives on a link is what the container sent")
{
    FakeMeters meters;
    carry(meters.connect(4, 700), 5000, 9000);
    meters.known_links.push_back({.index = 1, .received_bytes = 77});
    const auto seen = traffic(meters, container({"172.17.0.2"}), {700});
    REQUIRE(seen);
    CHECK(seen->sent_bytes == 5000);
    CHECK(seen->received_bytes == 9000);
    CHECK(seen->sent_packets == 5);
    CHECK(seen->received_packets == 9);
}

TEST_CASE("links of one container are one sum, in whatever order they are listed")
{
    FakeMeters meters;
    carry(meters.connect(4, 700), 5000, 9000);
    carry(meters.connect(6, 700), 1000, 2000);
    const auto both = container({"172.17.0.2", "172.18.0.2"});
    const auto seen = traffic(meters, both, {700});
    REQUIRE(seen);
    CHECK(seen->sent_bytes == 6000);
    CHECK(seen->received_bytes == 11'000);
    std::swap(meters.known_links[0], meters.known_links[1]);
    CHECK(traffic(meters, both, {700})->links == seen->links);
    meters.known_links[0].index = 8; // made again: it counts from zero
    CHECK(traffic(meters, both, {700})->links != seen->links);
}

TEST_CASE("without a link of the node that tells, traffic is absent and not zero")
{
    FakeMeters meters;
    meters.connect(4, 700);
    meters.namespaces[701] = -1; // the node's own network
    CHECK_FALSE(traffic(meters, container({"172.17.0.2"}), {701}));
    CHECK_FALSE(traffic(meters, container({"172.17.0.2"}), {702}));
    CHECK_FALSE(traffic(meters, container({"172.17.0.2"}), {}));
    CHECK_FALSE(traffic(meters, container({}), {700}));                          // another's
    CHECK_FALSE(traffic(meters, container({"172.17.0.2", "192.0.2.2"}), {700})); // one of two
    meters.failure = Error{ErrorKind::Denied, "netlink: not permitted", {}};
    CHECK_FALSE(traffic(meters, container({"172.17.0.2"}), {700}));
}

TEST_CASE("a process in a namespace of its own making does not hide the container's")
{
    FakeMeters meters;
    carry(meters.connect(4, 700), 5000, 9000);
    meters.namespaces[699] = 31; // no link leads there
    CHECK(traffic(meters, container({"172.17.0.2"}), {699, 700})->sent_bytes == 5000);
}

TEST_CASE("a process number that went to another container attributes nothing")
{
    FakeMeters meters;
    carry(meters.connect(4, 700), 5000, 9000);
    carry(meters.connect(6, 800), 1'000'000, 9000);
    const auto mine = container({"172.17.0.2"});
    CHECK_FALSE(traffic(meters, mine, {700, 800}));
    // and where that number is all there was, nothing grows: the links are others
    const auto before = traffic(meters, mine, {700});
    const auto after = traffic(meters, mine, {800});
    CHECK_FALSE(growth_between(before, after));
}

TEST_CASE("flows are the connections that a container opened, from all of its addresses")
{
    FakeMeters meters;
    meters.tracked = {{.protocol = "tcp",
                       .source = "172.17.0.2",
                       .source_port = 40000,
                       .destination = "192.0.2.1",
                       .destination_port = 3333,
                       .answered = true,
                       .established = true},
                      {.protocol = "udp",
                       .source = "2001:db8::2",
                       .source_port = 5353,
                       .destination = "2001:db8::1",
                       .destination_port = 53},
                      {.protocol = "tcp",
                       .source = "192.0.2.9",
                       .source_port = 41000,
                       .destination = "172.17.0.2",
                       .destination_port = 80}};
    const auto use = NetworkUse::ask(meters, {});
    const auto flows = use.flows_of(container({"172.17.0.2", "2001:db8::2"}));
    REQUIRE(flows);
    REQUIRE(flows->size() == 2);
    CHECK((*flows)[0] == Flow{"tcp", 40000, "192.0.2.1", 3333, true, true});
    CHECK((*flows)[1].remote == "2001:db8::1");
    CHECK(use.flows_of(container({"172.17.0.3"}))->empty());
    CHECK_FALSE(use.flows_of(container({}))); // on the node's own network
}

TEST_CASE("what cannot be listed is absent, and the look says why")
{
    FakeMeters meters;
    const auto none = NetworkUse::ask(meters, {});
    CHECK_FALSE(none.flows_of(container({"172.17.0.2"})));   // nothing is tracked
    CHECK_FALSE(none.refused_of(container({"172.17.0.2"}))); // no policy
    CHECK(none.problems().empty());
    meters.failure = Error{ErrorKind::Denied, "netlink: not permitted", {}};
    meters.refused.emplace();
    const auto denied = NetworkUse::ask(meters, {});
    CHECK_FALSE(denied.refused_of(container({"172.17.0.2"})));
    CHECK(denied.problems() == std::vector<std::string>{"netlink: not permitted"});
}

TEST_CASE("refusals are summed over groups and addresses")
{
    FakeMeters meters;
    meters.refused = {{"smtp", "172.17.0.2", 7},
                      {"mining", "172.17.0.2", 3},
                      {"mining", "172.17.0.3", 100},
                      {"smtp", "2001:db8::2", 1}};
    const auto use = NetworkUse::ask(meters, {});
    CHECK(use.refused_of(container({"172.17.0.2", "2001:db8::2"})) == 11);
    CHECK(use.refused_of(container({"172.17.0.4"})) == 0);
    CHECK_FALSE(use.refused_of(container({})));
}

TEST_CASE("each question is asked once, however many containers there are")
{
    FakeMeters meters;
    meters.refused.emplace();
    meters.tracked.emplace_back();
    std::vector<int> pids;
    for (int pid = 1; pid <= 200; ++pid) {
        pids.push_back(pid);
        meters.connect(2 * pid, pid);
    }
    const auto use = NetworkUse::ask(meters, pids);
    int mapped = 0;
    for (const int pid : pids)
        mapped += use.traffic_of(container({"172.17.0.2"}), std::span{&pid, 1}) ? 1 : 0;
    CHECK(mapped == 200);
    CHECK(meters.questions == 4);
}

TEST_CASE("growth is what came between, and none where a counter went back")
{
    const Traffic before{.links = 1,
                         .sent_bytes = 10,
                         .received_bytes = 20,
                         .sent_packets = 1,
                         .received_packets = 2};
    auto after = before;
    CHECK(growth_between(before, after)->sent_bytes == 0);
    after.sent_bytes = 110;
    after.received_packets = 5;
    CHECK(growth_between(before, after)->sent_bytes == 100);
    CHECK(growth_between(before, after)->received_packets == 3);
    after.received_bytes = 19;
    CHECK_FALSE(growth_between(before, after));
    CHECK_FALSE(growth_between(std::nullopt, before));
    CHECK_FALSE(growth_between(before, std::nullopt));
}
