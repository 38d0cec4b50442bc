#include "base/json_view.h"
#include "checks/probe_parts.h"
#include "unit/checks/canaries.h"

using namespace harden;
using namespace harden::test;

// A check that passes or not by itself, with the canary's part of that id.
static Verdict with_part(CanaryNode& node, const std::string& id, Verdict without,
                         bool probing = true)
{
    const auto check = with_probe({.id = id, .look = [without](const Facts&) -> Result<Outcome> {
                                       return Outcome{without, "without", {}};
                                   }});
    const Facts facts{node.fake.node,
                      {.canaries = probing ? node.canaries.probe() : CanaryProbe{}}};
    const auto outcome = check.look(facts);
    return outcome ? outcome->verdict : Verdict::Unknown;
}

TEST_CASE("one round serves all checks, with a canary for each runtime and network")
{
    CanaryNode node;
    const Facts facts{node.fake.node, {.canaries = node.canaries.probe()}};
    REQUIRE(facts.once(canary_round));
    REQUIRE(facts.once(canary_round));
    CHECK(node.canaries.asked == std::vector<std::string>{"serve bridge", "serve people",
                                                          "burn runc", "ask-all runc", "ask runsc",
                                                          "multiply runsc", "network people"});
}

TEST_CASE("the default runtime's canary names no runtime")
{
    for (const auto& planned :
         plan_canaries({.default_runtime = "runsc", .runtimes = {{"runsc", ""}, {"runc", ""}}},
                       {{{"runsc", "/x", ""}}, {}}, {})) {
        INFO(planned.order.name);
        CHECK(planned.order.runtime.empty() == (planned.runtime == "runsc"));
        CHECK(planned.is_gvisor == planned.is_default);
    }
}

TEST_CASE("of networks and runtimes there are a few at most")
{
    GvisorRuntimes gvisor;
    DockerInfo info{.default_runtime = "runc", .runtimes = {{"runc", "runc"}}};
    std::vector<DockerNetwork> networks;
    for (int i = 0; i < 40; ++i) {
        gvisor.all.push_back({"runsc" + std::to_string(i), "/x", ""});
        networks.push_back({.name = "n" + std::to_string(i), .driver = "bridge"});
    }
    CHECK(plan_canaries(info, gvisor, networks).size() < 12);
}

TEST_CASE("without --probe no container is started, and rows say so")
{
    CanaryNode node;
    for (const auto* id :
         {"gvisor.sandboxed", "gvisor.sandbox-process", "gvisor.syscall-surface",
          "gvisor.resource-limits", "gvisor.name-resolution", "detector.would-fire"}) {
        const auto finding = ask(id, node.fake.node);
        CHECK(finding.verdict == Verdict::Info);
        CHECK(finding.level == Level::Effective);
    }
    CHECK(node.canaries.asked.empty());
}

TEST_CASE("a sandbox that holds passes by behaviour, one that does not tell is unknown")
{
    CanaryNode well;
    CanaryNode mute;
    mute.canaries.all["ask runsc"] = {.answer = "exec format error", .status = 1};
    CanaryNode absent;
    absent.canaries.all["ask runsc"] = {.problem = "docker says: no such runtime"};
    for (const auto* id : {"gvisor.sandboxed", "gvisor.sandbox-process", "gvisor.syscall-surface",
                           "gvisor.resource-limits"}) {
        INFO(id);
        const auto finding = well.ask(id);
        CHECK(finding.verdict == Verdict::Pass);
        CHECK(finding.level == Level::Behaviour);
        CHECK(mute.verdict(id) == Verdict::Unknown);
        CHECK(contains(absent.ask(id).evidence, "no such runtime"));
        CHECK(absent.verdict(id) == Verdict::Unknown);
    }
}

TEST_CASE("what a canary shows to be otherwise fails, and a control that fails is unknown")
{
    struct Row {
        std::string id;
        std::string canary;
        std::string from;
        std::string to;
        Verdict verdict;
    };
    const std::vector<Row> rows{
        {"gvisor.sandboxed", "ask runsc", "4.19.0-gvisor #1 SMP Sun Jan 10 15:06:54 PST 2016",
         "6.1.0", Verdict::Fail},
        {"gvisor.sandboxed", "ask runsc", "kernel Linux", "kernels Linux", Verdict::Unknown},
        {"gvisor.syscall-surface", "ask runsc", "packet-socket refused 1", "packet-socket allowed",
         Verdict::Fail},
        {"gvisor.syscall-surface", "ask runsc", "kernel-symbols refused 2",
         "kernel-symbols allowed", Verdict::Fail},
        {"gvisor.syscall-surface", "ask runsc", "inet-socket allowed", "inet-socket refused 1",
         Verdict::Unknown},
        {"gvisor.syscall-surface", "ask runsc", "try-io-uring refused 38\n", "", Verdict::Unknown},
        {"gvisor.resource-limits", "ask runsc", "memory-control allowed\n",
         "memory-control allowed\nmemory-burst allowed\nend\n", Verdict::Fail},
        {"gvisor.resource-limits", "ask runsc", "memory-control allowed", "memory-control killed 9",
         Verdict::Unknown},
        {"gvisor.resource-limits", "multiply runsc", "children-control 4 0\n",
         "children-control 4 0\nchildren 200 0\n", Verdict::Fail},
        {"gvisor.resource-limits", "multiply runsc", "control 4 0", "control 1 11",
         Verdict::Unknown},
        {"gvisor.name-resolution", "network people", "names answered", "names silent",
         Verdict::Fail},
        {"gvisor.name-resolution", "serve people", "names answered", "names silent",
         Verdict::Unknown},
        {"gvisor.name-resolution", "network people", "names answered\n", "", Verdict::Unknown},
    };
    for (const auto& [id, canary, from, to, verdict] : rows) {
        CanaryNode node;
        REQUIRE(node.verdict(id) == Verdict::Pass);
        node.replace(canary, from, to);
        INFO(id << ": " << from << " -> " << to);
        CHECK(node.verdict(id) == verdict);
    }
}

TEST_CASE("the node's own view of the sandbox counts")
{
    CanaryNode node;
    node.fake.host.with_file("/sys/fs/cgroup/docker/701/memory.max", "max\n");
    CHECK(node.verdict("gvisor.resource-limits") == Verdict::Unknown);
    node.fake.host.with_file("/sys/fs/cgroup/docker/701/memory.max", "134217728\n");
    CHECK(node.verdict("gvisor.resource-limits") == Verdict::Fail);
    node.process("701", "/canary", "1", "");
    CHECK(node.verdict("gvisor.sandbox-process") == Verdict::Fail);
    node.process("701", "/opt/gvisor-bin/gvisor_sentry", "0", "");
    CHECK(node.verdict("gvisor.sandbox-process") == Verdict::Fail);
    node.process("701", "/opt/gvisor-bin/gvisor_sentry", "1", "");
    CHECK(node.verdict("gvisor.sandbox-process") == Verdict::Pass);
}

TEST_CASE("a sandbox that ended for something else than its memory is unknown")
{
    CanaryNode node;
    node.canaries.all["ask runsc"].was_out_of_memory = false;
    CHECK(node.verdict("gvisor.resource-limits") == Verdict::Unknown);
}

TEST_CASE("a canary's part of another check decides only together with it")
{
    struct Row {
        std::string id;
        std::string canary;
        std::string from;
        std::string to;
        Verdict verdict;
    };
    const std::vector<Row> rows{
        {"docker.inter-container", "ask-all runc", "reach-172.17.0.9 silent",
         "reach-172.17.0.9 open", Verdict::Fail},
        {"docker.inter-container", "ask-all runc", "reach-172.17.0.9 silent\n", "",
         Verdict::Unknown},
        {"docker.network-isolation", "network people", "reach-172.17.0.9 silent",
         "reach-172.17.0.9 open", Verdict::Fail},
        {"docker.network-isolation", "network people", "reach-172.17.0.9 silent\n", "",
         Verdict::Unknown},
        {"docker.default-ulimits", "ask-all runc", "core 0 0", "core -1 -1", Verdict::Fail},
        {"docker.default-ulimits", "ask-all runc", "files 1024 4096", "files -1 -1", Verdict::Fail},
        {"docker.default-ulimits", "ask-all runc", "limit-core 0 0\n", "", Verdict::Unknown},
        {"kernel.known-escapes", "ask-all runc", "io-uring refused 1", "io-uring allowed",
         Verdict::Fail},
        {"kernel.known-escapes", "ask-all runc", "inet-socket allowed", "inet-socket refused 1",
         Verdict::Unknown},
        {"kernel.core-dumps", "ask-all runc", "core 0 0", "core -1 -1", Verdict::Fail},
        {"kernel.core-dumps", "ask-all runc", "limit-core 0 0\n", "", Verdict::Unknown},
    };
    for (const auto& [id, canary, from, to, verdict] : rows) {
        CanaryNode node;
        node.fake.host.with_file("/proc/sys/kernel/core_pattern", "|/usr/lib/crash %p\n");
        INFO(id << ": " << from << " -> " << to);
        CHECK(with_part(node, id, Verdict::Pass) == Verdict::Pass);
        CHECK(with_part(node, id, Verdict::Fail) == Verdict::Fail);
        CHECK(with_part(node, id, Verdict::NotApplicable) == Verdict::NotApplicable);
        node.replace(canary, from, to);
        CHECK(with_part(node, id, Verdict::Pass) == verdict);
        CHECK(with_part(node, id, Verdict::Pass, false) == Verdict::Pass); // nobody was asked
    }
}

TEST_CASE("a server that the node does not reach is no control")
{
    CanaryNode node;
    node.canaries.all["serve bridge"].answers_the_node = false;
    CHECK(with_part(node, "docker.inter-container", Verdict::Pass) == Verdict::Unknown);
    CHECK(with_part(node, "docker.network-isolation", Verdict::Pass) == Verdict::Unknown);
}

TEST_CASE("what a new container is held to is read from its process")
{
    CanaryNode node;
    CHECK(with_part(node, "docker.no-new-privileges", Verdict::Pass) == Verdict::Fail);
    CHECK(with_part(node, "docker.mandatory-access-control", Verdict::Pass) == Verdict::Fail);
    node.process("700", "/canary", "1", "docker-default (enforce)");
    CHECK(with_part(node, "docker.no-new-privileges", Verdict::Pass) == Verdict::Pass);
    CHECK(with_part(node, "docker.mandatory-access-control", Verdict::Pass) == Verdict::Pass);
    node.canaries.all["ask-all runc"] = {.problem = "docker says: no"};
    CHECK(with_part(node, "docker.no-new-privileges", Verdict::Pass) == Verdict::Unknown);
    CHECK(with_part(node, "docker.mandatory-access-control", Verdict::Pass) == Verdict::Unknown);
}

// Counters of the burning canary's control group, as the kernel would grow them.
static void burn(CanaryNode& node, double share, const std::string& command)
{
    auto& host = node.fake.host;
    const std::string group = "/sys/fs/cgroup/docker/" + std::string(64, 'c');
    host.with_file(group, "").with_file(group + "/cpu.max", "25000 100000\n");
    host.with_file(group + "/cgroup.procs", "700\n");
    host.with_file("/proc/700/cmdline", command);
    host.with_file("/sys/devices/system/cpu/online", "0-1\n");
    node.canaries.before_visit = [&host, group, share, used = std::uint64_t{1'000'000}]() mutable {
        host.clock += std::chrono::seconds{1};
        used += static_cast<std::uint64_t>(share * 250'000);
        host.with_file(group + "/cpu.stat", "usage_usec " + std::to_string(used) +
                                                "\nnr_periods 10\nnr_throttled 9\n"
                                                "throttled_usec 100\n");
    };
}

TEST_CASE("detector.would-fire")
{
    const auto miner = std::string{"/canary\0burn\0stratum+tcp://203.0.113.10:3333\0", 44};
    CanaryNode node;
    SECTION("passes where the detector's own rules flag what was measured")
    {
        burn(node, 0.98, miner);
        const auto finding = node.ask("detector.would-fire");
        CHECK(finding.verdict == Verdict::Pass);
        CHECK(contains(finding.evidence, "\"miner\""));
        CHECK(contains(finding.evidence, "60 minutes"));
    }
    SECTION("is told where it would only be watched")
    {
        burn(node, 0.98, "/canary");
        CHECK(node.verdict("detector.would-fire") == Verdict::Info);
    }
    SECTION("fails where the site's rules never fire")
    {
        burn(node, 0.98, "/canary");
        node.fake.host.with_file("/etc/harden/miners.toml",
                                 "version = 1\n[sustained]\nmost_points = 0\n");
        CHECK(node.verdict("detector.would-fire") == Verdict::Fail);
    }
    SECTION("is unknown where the node was too busy for it to burn")
    {
        burn(node, 0.3, miner);
        CHECK(node.verdict("detector.would-fire") == Verdict::Unknown);
    }
    SECTION("is unknown without counters")
    {
        CHECK(node.verdict("detector.would-fire") == Verdict::Unknown);
    }
}

TEST_CASE("a canary's request holds limits, and foreign names as text")
{
    const auto request = canary_request({.name = "x",
                                         .task = {"ask"},
                                         .runtime = "a\"b",
                                         .network = "n\n",
                                         .memory = 64,
                                         .pids = 8,
                                         .nano_cpus = 250'000'000},
                                        {"ask", "172.17.0.2"}, "image", "verify");
    const auto parsed = parse_json(request);
    REQUIRE(parsed);
    CHECK(parsed->texts("Cmd") == std::vector<std::string>{"/canary", "ask", "172.17.0.2"});
    const auto host = parsed->within("HostConfig");
    CHECK(host.integer("Memory") == 64);
    CHECK(host.integer("MemorySwap") == 64);
    CHECK(host.integer("PidsLimit") == 8);
    CHECK(host.text("Runtime") == "a\"b");
    CHECK(host.text("NetworkMode") == "n\n");
    CHECK(parsed->within("Labels").text("harden.canary") == "verify");
}
