#include "support/catch.hpp"
#include "support/fake_host.h"
#include "support/fake_meters.h"
#include "usage/observe_network.h"

using namespace harden;
using namespace harden::test;

static Observation running(std::string name, std::string address, int first_process)
{
    Observation seen;
    seen.container.name = std::move(name);
    seen.container.networks = {"bridge"};
    if (!address.empty())
        seen.container.addresses = {std::move(address)};
    seen.first_process = first_process;
    seen.group = cat("/sys/fs/cgroup/docker/", seen.container.name);
    return seen;
}

TEST_CASE("a look learns what each container does on networks")
{
    FakeHost host;
    FakeMeters meters;
    meters.connect(4, 700).received_bytes = 5000;
    meters.connect(6, 800).received_bytes = 7000;
    meters.refused = {{"smtp", "172.17.0.3", 4}};
    meters.tracked = {{.source = "172.17.0.2", .destination = "192.0.2.1"}};
    NodeObservation seen;
    seen.containers = {running("one", "172.17.0.2", 700), running("two", "172.17.0.3", 800)};
    observe_network(host, meters, seen);
    CHECK(seen.containers[0].traffic->sent_bytes == 5000);
    CHECK(seen.containers[1].traffic->sent_bytes == 7000);
    CHECK(seen.containers[0].flows->size() == 1);
    CHECK(seen.containers[1].flows->empty());
    CHECK(seen.containers[0].refused == 0);
    CHECK(seen.containers[1].refused == 4);
    CHECK(seen.problems.empty());
}

TEST_CASE("a sandbox is found by its other processes: its first has no network")
{
    FakeHost host;
    host.with_file("/sys/fs/cgroup/docker/sandbox/cgroup.procs", "699\n700\n");
    FakeMeters meters;
    meters.connect(4, 700).received_bytes = 5000;
    NodeObservation seen;
    seen.containers = {running("sandbox", "172.17.0.2", 699)};
    observe_network(host, meters, seen);
    REQUIRE(seen.containers[0].traffic);
    CHECK(seen.containers[0].traffic->sent_bytes == 5000);
}

TEST_CASE("the node's own network belongs to no container")
{
    FakeHost host;
    host.with_file("/sys/fs/cgroup/docker/own/cgroup.procs", "1\n");
    FakeMeters meters;
    meters.connect(4, 700);
    meters.refused.emplace();
    meters.tracked.emplace_back();
    NodeObservation seen;
    seen.containers = {running("own", "", 1)};
    observe_network(host, meters, seen);
    CHECK_FALSE(seen.containers[0].traffic);
    CHECK_FALSE(seen.containers[0].flows);
    CHECK_FALSE(seen.containers[0].refused);
}

TEST_CASE("what could not be asked is a problem of the look")
{
    FakeHost host;
    FakeMeters meters;
    meters.failure = Error{ErrorKind::Denied, "netlink: not permitted", {}};
    NodeObservation seen;
    seen.containers = {running("one", "172.17.0.2", 700)};
    observe_network(host, meters, seen);
    CHECK(seen.problems == std::vector<std::string>{"netlink: not permitted"});
    CHECK_FALSE(seen.containers[0].traffic);
}
