#include "cgroup_tree.h"
#include "rules.h"
#include "support/fake_meters.h"
#include "usage/evidence_search.h"

#include <cstring>

using namespace harden;
using namespace harden::test;

static const std::string notify = R"({"id":null,"method":"mining.notify","params":["bf",")" +
                                  std::string(64, 'a') +
                                  R"(","0100","072f",[],"00000002","1c2ac4af","6553f100",false]})";

// A container of two processes; 500 ends while it is looked at.
struct Searched {
    FakeHost host;
    FakeMeters meters;
    MinerRules rules = shipped_rules();
    Observation seen{.container = {.networks = {"bridge"}}, .group = "/c/docker/x"};

    Searched()
    {
        on_version_2(host);
        group_of_version_2(host, "docker/x", 1);
        host.with_file("/c/docker/x/cgroup.procs", "500\n501\n");
        host.with_file("/proc/501/cmdline", std::string{"loop\0-o\0x\0", 10});
        host.with_file("/proc/501/stat", "501 (a) b) S 1 1 1 0 -1 0 0 0 0 0 70 7 0 0 20");
    }
    void remember(std::string_view mapping, std::uint64_t address, std::string bytes)
    {
        host.with_file("/proc/501/maps", std::string{mapping});
        meters.memories[501][address] = std::move(bytes);
    }
    Evidence look(std::string_view runtime = "runc")
    {
        return EvidenceSearch{host, meters, rules}.of(seen, runtime);
    }
};

static constexpr auto heap = "10000-20000 rw-p 00000000 00:00 0 [heap]\n";
static constexpr auto guest = "10000-20000 rw-s 00000000 00:01 5 /memfd:runsc-memory (deleted)\n";

TEST_CASE("processes are read for a runtime that shows them")
{
    Searched container;
    container.host.with_file("/proc/501/cmdline", std::string{"xmrig\0-o\0x\0", 11});
    const auto evidence = container.look();
    CHECK(evidence.has_argv);
    CHECK_FALSE(evidence.has_memory);
    CHECK(evidence.seen == std::vector{Sign{SignKind::Program, "name xmrig"}});
    CHECK(container.look("runsc").seen.empty());
    CHECK_FALSE(container.look("runsc").has_argv);
}

TEST_CASE("a program that calls itself something else is known by its file and its environment")
{
    Searched container;
    container.host.with_link("/proc/501/exe", "/tmp/xmrig (deleted)");
    container.host.with_file("/proc/501/environ", "URL=stratum+tcp://pool:3333");
    CHECK(container.look().seen ==
          std::vector{Sign{SignKind::Program, "name xmrig"},
                      Sign{SignKind::Program, "environment stratum+tcp://"}});
}

TEST_CASE("talk with a pool is found in memory, whatever runs the container")
{
    const auto runtime = GENERATE(as<std::string>{}, "runc", "runsc", "kata");
    Searched container;
    container.remember(runtime == "runsc" ? guest : heap, 0x10000, notify + "\n");
    const auto evidence = container.look(runtime);
    CHECK(evidence.has_memory);
    CHECK(evidence.seen == std::vector{Sign{SignKind::Stratum, "stratum in memory"}});
}

TEST_CASE("where the rules forbid it no memory is read, and what a process says is")
{
    Searched container;
    container.rules = *rules_with("version = 1\n[evidence]\nmemory = false\n");
    container.host.with_file("/proc/501/cmdline", std::string{"xmrig\0-o\0x\0", 11});
    container.remember(heap, 0x10000, notify + "\n");
    const auto evidence = container.look();
    CHECK_FALSE(evidence.has_memory);
    CHECK(evidence.seen == std::vector{Sign{SignKind::Program, "name xmrig"}});
    CHECK(container.meters.questions == 0);
}

TEST_CASE("talk that lies across two readings is found")
{
    Searched container;
    constexpr auto large = "10000-210000 rw-p 00000000 00:00 0\n";
    const auto before = GENERATE(524'288 - 20, 524'288, 1'032'192 - 100, 1'040'000);
    container.remember(large, 0x10000,
                       std::string(static_cast<std::size_t>(before), 'x') + notify + "\n");
    CHECK(container.look().seen.size() == 1);
}

TEST_CASE("a data set is not read to its end")
{
    Searched container;
    constexpr auto large = "100000000-108000000 rw-p 00000000 00:00 0\n";
    container.remember(large, 0x100000000, std::string(128U << 20U, 'x'));
    const auto evidence = container.look();
    CHECK(evidence.has_memory);
    CHECK(container.meters.questions < 40);
}

TEST_CASE("what a sandbox's program was started with is read from its stack")
{
    Searched container;
    std::string stack(4096, '\0');
    const std::uint64_t words[]{2, 0x10400, 0x10404, 0, 0x10440, 0, 6, 4096, 0, 0};
    std::memcpy(stack.data() + 64, words, sizeof words);
    std::memcpy(stack.data() + 0x400, "up\0\0xmrig --donate-level\0", 26);
    std::memcpy(stack.data() + 0x440, "URL=stratum+tcp://", 18);
    container.remember(guest, 0x10000, stack);
    const auto evidence = container.look("runsc");
    CHECK(evidence.has_argv);
    CHECK(evidence.seen.size() == 2);
    container.host.with_file("/proc/501/maps", heap);
    CHECK_FALSE(container.look("runsc").has_argv); // the sandbox's own stack is not asked
}

TEST_CASE("connections to pools' ports are signs, from the kernel's list or the process's")
{
    Searched container;
    constexpr auto sockets = "1: 020011AC:C350 0A7100CB:0D05 01 0:0 0:0 0 0\n";
    container.host.with_file("/proc/501/net/tcp", sockets);
    const std::vector port{Sign{SignKind::PoolPort, "port 3333"}};
    CHECK(container.look().seen == port);
    CHECK(container.look("runsc").seen.empty());
    container.seen.flows = std::vector<Flow>{};
    CHECK(container.look().seen.empty());
    container.seen.flows->push_back({.remote_port = 3333, .established = true});
    CHECK(container.look("runsc").seen == port);
    container.seen.flows.reset();
    container.seen.container.networks = {"host"};
    CHECK(container.look().seen.empty());
}

TEST_CASE("one look reads so much and no more, and says where it stopped")
{
    Searched container;
    container.remember("100000000-108000000 rw-p 0 00:00 0\n200000000-208000000 rw-p 0 00:00 0\n",
                       0x100000000, std::string(16U << 20U, 'x'));
    container.meters.memories[501][0x200000000] = std::string(16U << 20U, 'x');
    EvidenceSearch search{container.host, container.meters, container.rules};
    int readable = 0;
    for (int i = 0; i < 12; ++i)
        readable += search.of(container.seen, "runc").has_memory ? 1 : 0;
    CHECK(readable == 8);
}
