#include "cgroup_tree.h"
#include "rules.h"
#include "usage/evidence.h"

using namespace harden;
using namespace harden::test;

static std::vector<std::string> seen_in(std::string command)
{
    std::replace(command.begin(), command.end(), ' ', '\0');
    std::vector<std::string> seen;
    for (const auto& sign : evidence_in_command(command, shipped_rules().evidence))
        seen.push_back(sign.what);
    return seen;
}

TEST_CASE("a miner's command line gives itself away")
{
    using List = std::vector<std::string>;
    CHECK(seen_in("/tmp/xmrig") == List{"name xmrig"});
    CHECK(seen_in("./XMRig-6.21 -o x") == List{"name xmrig"});
    CHECK(seen_in("sh -c loop --Donate-Level 1") == List{"argument --donate-level"});
    CHECK(seen_in("update -o stratum+tcp://pool.example:3333") == List{"argument stratum+tcp://"});
    CHECK(seen_in("x -a rx/0") == List{"argument -a rx/"});
    CHECK(seen_in("x -u 4" + std::string(94, 'A')) == List{"wallet monero"});
    CHECK(seen_in("x -u 8" + std::string(94, '2') + ".worker") == List{"wallet monero"});
}

TEST_CASE("honest command lines do not")
{
    const auto command = GENERATE(as<std::string>{}, "", "grep xmrig /var/log/syslog", "xmrigger",
                                  "node server.js --port 3333", "nicehash_api.sh",
                                  "ffmpeg -i in -a rate", "claymores");
    CHECK(seen_in(command).empty());
    CHECK(seen_in("x 5" + std::string(94, 'A')).empty());
    CHECK(seen_in("x 4" + std::string(95, 'A')).empty());
    CHECK(seen_in("x 4" + std::string(93, 'A')).empty());
    CHECK(seen_in("x 4" + std::string(93, 'A') + "0").empty());
}

TEST_CASE("an image may be named after what it does")
{
    const auto rules = shipped_rules().evidence;
    CHECK(evidence_in_image("docker.io/someone/xmrig:latest", rules).size() == 1);
    CHECK(evidence_in_image("xmrig/web", rules).empty());
}

static Evidence look(std::string_view runtime)
{
    FakeHost host;
    on_version_2(host);
    group_of_version_2(host, "docker/x", 1);
    host.with_file("/c/docker/x/cgroup.procs", "500\n501\n");
    host.with_file("/proc/501/cmdline", std::string{"xmrig\0-o\0x\0", 11});
    const ContainerDetails details{.runtime = std::string{runtime}};
    return evidence_of(host, details, {.unified = "/c/docker/x"}, shipped_rules().evidence);
}

TEST_CASE("processes are read for a runtime that shows them")
{
    const auto evidence = look("runc");
    CHECK(evidence.has_argv); // although process 500 ended meanwhile
    CHECK(evidence.seen == std::vector{Sign{SignKind::Program, "name xmrig"}});
}

TEST_CASE("a sandbox's processes are unknown, whatever they call themselves")
{
    const auto evidence = look("runsc");
    CHECK_FALSE(evidence.has_argv);
    CHECK(evidence.seen.empty());
}
