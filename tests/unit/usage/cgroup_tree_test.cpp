#include "cgroup_tree.h"
#include "usage/cgroup_tree.h"

using namespace harden;
using namespace harden::test;

static const std::string a(64, 'a');
static const std::string b(64, 'b');

TEST_CASE("an id is 64 hexadecimal digits, alone or in a name")
{
    CHECK(id_in_name(a) == a);
    CHECK(id_in_name("docker-" + a + ".scope") == a);
    CHECK(id_in_name(a + "0").empty());
    CHECK(id_in_name("f" + a).empty());
    CHECK(id_in_name("buildkit").empty());
    CHECK(id_in_name("").empty());
}

TEST_CASE("Docker's places are listed, the services beside them are not")
{
    FakeHost host;
    host.with_file("/c/docker/" + a + "/cpu.stat", "")
        .with_file("/c/docker/buildkit/n3k2j1/cpu.stat", "")
        .with_file("/c/docker/hidden/cpu.stat", "")
        .with_file("/c/docker/cpu.stat", "")
        .with_file("/c/docker/tasks", "")
        .with_file("/c/system.slice/docker-" + b + ".scope/cpu.stat", "")
        .with_file("/c/system.slice/docker-n3k2j1.scope/cpu.stat", "")
        .with_file("/c/system.slice/docker.service/cpu.stat", "")
        .with_file("/c/tenants.slice/docker-" + b + ".scope/cpu.stat", "")
        .with_file("/c/tenants.slice/ssh.service/cpu.stat", "");
    std::vector<std::string> seen;
    for (const auto& [path, is_build] : groups_of_docker(host, "/c", {"/tenants.slice"}))
        seen.push_back((is_build ? "build " : "") + path);
    CHECK(seen == std::vector<std::string>{"/docker/" + a, "/docker/hidden",
                                           "build /docker/buildkit/n3k2j1",
                                           "/system.slice/docker-" + b + ".scope",
                                           "build /system.slice/docker-n3k2j1.scope",
                                           "/tenants.slice/docker-" + b + ".scope"});
}

TEST_CASE("a tree is walked for ids, not into the directories that have one")
{
    FakeHost host;
    host.with_file("/c/x/y/docker-" + a + ".scope/cpu.stat", "")
        .with_file("/c/x/y/docker-" + a + ".scope/" + b + "/cpu.stat", "");
    const auto found = groups_by_id(host, "/c");
    REQUIRE(found.size() == 1);
    CHECK(found.at(a) == "/x/y/docker-" + a + ".scope");
}

TEST_CASE("where processes are in the leaves the first of them counts")
{
    FakeHost host;
    host.with_file("/c/own/cgroup.procs", "7\n9\n")
        .with_file("/c/nested/cgroup.procs", "")
        .with_file("/c/nested/init/cgroup.procs", "8\n")
        .with_file("/c/none/cgroup.procs", "")
        .with_file("/c/odd/cgroup.procs", "0\n-3\nx");
    CHECK(first_process_in(host, "/c/own") == 7);
    CHECK(first_process_in(host, "/c/nested") == 8);
    CHECK(first_process_in(host, "/c/none") == 0);
    CHECK(first_process_in(host, "/c/odd") == 0);
    CHECK(first_process_in(host, "/c/absent") == 0);
}

TEST_CASE("a process's start is known while it is in the group")
{
    FakeHost host;
    host.with_file("/proc/7/stat", "7 (a) b) R 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 12345 0 0")
        .with_file("/proc/7/cgroup", "0::/docker/" + a + "\n");
    CHECK(*start_of(host, 7, "/c/docker/" + a) == std::chrono::milliseconds{123'450});
    CHECK(start_of(host, 7, "/c/docker/" + b).is_absent()); // its number went to another one
    CHECK(start_of(host, 8, "/c/docker/" + a).is_absent());
    host.with_file("/proc/7/stat", "7 (a) R");
    CHECK(start_of(host, 7, "/c/docker/" + a).error().kind == ErrorKind::Malformed);
}
