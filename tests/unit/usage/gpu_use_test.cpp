#include "support/catch.hpp"
#include "support/fake_host.h"
#include "support/fake_meters.h"
#include "usage/gpu_use.h"

using namespace harden;
using namespace harden::test;

TEST_CASE("a process on a GPU belongs to the container whose control group it is in")
{
    const std::string id(64, 'a');
    CHECK(container_in("0::/system.slice/docker-" + id + ".scope\n") == id);
    CHECK(container_in("4:memory:/docker/" + id + "\n3:cpu,cpuacct:/docker/" + id + "\n") == id);
    CHECK(container_in("0::/kubepods/burstable/pod1/" + id + "/inner\n") == id);
    CHECK(container_in("0::/user.slice\n").empty());
    CHECK(container_in("0::/docker/" + id + "b\n").empty());
    CHECK(container_in("").empty());
}

TEST_CASE("what the devices tell is added up a container, and what they do not tell is absent")
{
    const std::string one(64, '1');
    const std::string two(64, '2');
    FakeHost host;
    host.with_file("/proc/10/cgroup", "0::/docker/" + one + "\n")
        .with_file("/proc/11/cgroup", "0::/docker/" + one + "\n")
        .with_file("/proc/12/cgroup", "0::/docker/" + two + "\n")
        .with_file("/proc/13/cgroup", "0::/user.slice\n");
    FakeMeters gpus;
    gpus.gpu_use = std::vector<GpuProcess>{{10, "GPU-a", 0.5, 100},
                                           {11, "GPU-b", 0.25, 11},
                                           {12, "GPU-a", std::nullopt, 7},
                                           {13, "GPU-a", 1.0, 1},
                                           {99, "GPU-a", 1.0, 1}};
    const auto uses = gpu_uses(host, gpus);
    REQUIRE(uses);
    REQUIRE(uses->size() == 2);
    CHECK(uses->at(one).busy == 0.75);
    CHECK(uses->at(one).memory_bytes == 111);
    CHECK_FALSE(uses->at(two).busy);
    CHECK(uses->at(two).memory_bytes == 7);

    gpus.gpu_use.reset();
    CHECK(gpu_uses(host, gpus).is_absent());
}
