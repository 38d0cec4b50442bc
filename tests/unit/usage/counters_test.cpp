#include "cgroup_tree.h"
#include "support/catch.hpp"
#include "usage/counters.h"

using namespace harden;
using namespace harden::test;

static const std::string id(64, 'a');

static Result<int> no_process(std::string_view)
{
    return 0;
}

static Counters counters_of(const FakeHost& host)
{
    auto finder = CgroupFinder::on(host);
    REQUIRE(finder);
    const auto place = finder->find(id, no_process);
    REQUIRE(place);
    return CounterReader{host, finder->mounts()}.read(*place);
}

TEST_CASE("version 1 with the cgroupfs driver is read")
{
    FakeHost host;
    on_version_1(host);
    group_of_version_1(host, "docker/" + id, 7, 100, 92);
    const auto now = counters_of(host);
    CHECK(now.cpu_ns == 7'000'000'000U);
    CHECK(now.periods == 100U);
    CHECK(now.throttled == 92U);
    CHECK(now.throttled_us == 5000U);
    CHECK(now.memory_bytes == 1048576U);
    CHECK(now.pids == 1U);
    CHECK(now.quota == 0.25);
    CHECK_FALSE(now.stalled_us); // unknown, not 0: version 1 has no pressure
}

TEST_CASE("version 1 with the systemd driver is read")
{
    FakeHost host;
    on_version_1(host);
    group_of_version_1(host, "system.slice/docker-" + id + ".scope", 7);
    CHECK(counters_of(host).cpu_ns == 7'000'000'000U);
}

TEST_CASE("version 2 is read with either driver")
{
    const auto place =
        GENERATE(as<std::string>{}, "docker/" + id, "system.slice/docker-" + id + ".scope");
    FakeHost host;
    on_version_2(host);
    group_of_version_2(host, place, 3);
    const auto now = counters_of(host);
    CHECK(now.cpu_ns == 3'000'000'000U);
    CHECK(now.quota == 0.25);
    CHECK(now.stalled_us == 0U);
    CHECK(now.throttled_us == 7U);
    CHECK(now.memory_bytes == 1048576U);
}

TEST_CASE("a sandbox that stands in version 1 alone has no pressure on a hybrid host")
{
    FakeHost host;
    on_version_1(host);
    host.with_file("/proc/self/mounts",
                   std::string{version_1_mounts} + "cgroup2 /c/unified cgroup2 rw 0 0\n");
    group_of_version_1(host, "docker/" + id, 7);
    const auto now = counters_of(host);
    CHECK(now.cpu_ns == 7'000'000'000U);
    CHECK_FALSE(now.stalled_us);
    host.with_file("/c/unified/docker/" + id + "/cpu.pressure", "some avg10=0 total=5\n");
    CHECK(counters_of(host).stalled_us == 5U);
}

TEST_CASE("the quota is the least of the container's, its ancestors', its set's and the host's")
{
    FakeHost host;
    on_version_2(host);
    group_of_version_2(host, "docker/" + id, 3, "max 100000");
    CHECK(counters_of(host).quota == 4);
    host.with_file("/c/docker/" + id + "/cpuset.cpus.effective", "0-1\n");
    CHECK(counters_of(host).quota == 2);
    host.with_file("/c/docker/cpu.max", "150000 100000\n");
    CHECK(counters_of(host).quota == 1.5);
    group_of_version_2(host, "docker/" + id, 3, "50000 100000");
    CHECK(counters_of(host).quota == 0.5);
}

TEST_CASE("what cannot be read is unknown")
{
    FakeHost host;
    on_version_1(host);
    group_of_version_1(host, "docker/" + id, 7);
    SECTION("a damaged counter")
    {
        host.with_file("/c/cpuacct/docker/" + id + "/cpuacct.usage", "many\n");
        CHECK_FALSE(counters_of(host).cpu_ns);
    }
    SECTION("a damaged quota is no quota that we know of, rather than no limit")
    {
        host.with_file("/c/cpu/docker/" + id + "/cpu.cfs_quota_us", "lots\n");
        CHECK_FALSE(counters_of(host).quota);
    }
    SECTION("the number of processors")
    {
        host.with_file("/sys/devices/system/cpu/online", "");
        CHECK_FALSE(counters_of(host).quota);
    }
}

TEST_CASE("a cgroup parent of its own is found by the directory's name, or where it was known")
{
    FakeHost host;
    on_version_2(host);
    group_of_version_2(host, "tenants.slice/of-ann/docker-" + id + ".scope", 9);
    auto finder = CgroupFinder::on(host);
    REQUIRE(finder);
    const auto path = "/tenants.slice/of-ann/docker-" + id + ".scope";
    const auto place = finder->find(id, no_process);
    REQUIRE(place);
    CHECK(finder->path_of(*place) == path);
    CHECK(finder->unusual_path(*place, id) == path);
    CHECK(finder->find(id, no_process, path));
    CHECK(finder->find(id, no_process, "/where/it/was/before"));
}

TEST_CASE("a group that the walk does not reach is found by the container's process")
{
    FakeHost host;
    on_version_1(host);
    const auto outer = std::string(64, 'f'); // a container's directory: nobody looks into it
    group_of_version_1(host, outer + "/" + id, 9);
    host.with_file("/proc/500/cgroup", "4:cpuacct:/" + outer + "/" + id + "/init.scope\n3:cpu:/" +
                                           outer + "/" + id + "\n0::/\n");
    auto finder = CgroupFinder::on(host);
    REQUIRE(finder);
    int asked = 0;
    const auto place = finder->find(id, [&asked](std::string_view) -> Result<int> {
        ++asked;
        return 500;
    });
    REQUIRE(place);
    CHECK(asked == 1);
    CHECK(CounterReader{host, finder->mounts()}.read(*place).cpu_ns == 9'000'000'000U);
}

TEST_CASE("a process in somebody else's group is not measured by it, and not gone either")
{
    FakeHost host;
    on_version_1(host);
    group_of_version_1(host, "system.slice/containerd.service", 9);
    host.with_file("/proc/500/cgroup", "4:cpuacct:/system.slice/containerd.service\n");
    auto finder = CgroupFinder::on(host);
    REQUIRE(finder);
    const auto place = finder->find(id, [](std::string_view) -> Result<int> { return 500; });
    REQUIRE_FALSE(place);
    CHECK(place.error().kind == ErrorKind::Failed);
}

TEST_CASE("nobody asks for the process of a container in a standard place")
{
    FakeHost host;
    on_version_2(host);
    group_of_version_2(host, "docker/" + id, 3);
    auto finder = CgroupFinder::on(host);
    REQUIRE(finder);
    const auto never = [](std::string_view) -> Result<int> {
        FAIL("asked");
        return 0;
    };
    CHECK(finder->find(id, never));
}

TEST_CASE("a container without a process is gone, and a host without counters unsupported")
{
    FakeHost host;
    on_version_1(host);
    auto finder = CgroupFinder::on(host);
    REQUIRE(finder);
    CHECK(finder->find(id, no_process).is_absent());
    FakeHost bare;
    bare.with_file("/proc/self/mounts", "proc /proc proc rw 0 0\n");
    CHECK(CgroupFinder::on(bare).error().kind == ErrorKind::Unsupported);
}
