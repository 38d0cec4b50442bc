#include "base/time.h"
#include "checks/docker_sockets.h"
#include "node/journal_json.h"
#include "unit/checks/hardened_docker.h"

#include <functional>

using namespace harden;
using namespace harden::test;

static const std::vector<std::string> ids = {
    "docker.answers",           "docker.live-restore",   "docker.daemon-json-valid",
    "docker.no-new-privileges", "docker.seccomp",        "docker.daemon-json-applied",
    "docker.log-size",          "docker.userland-proxy", "docker.tcp-socket",
    "docker.socket-mode"};

TEST_CASE("a hardened Docker passes every check of it")
{
    FakeNode fake;
    harden_docker(fake);
    for (const auto& id : ids) {
        const auto finding = ask(id, fake.node);
        INFO(id << ": " << finding.evidence);
        CHECK(finding.verdict == Verdict::Pass);
    }
}

TEST_CASE("a stopped Docker passes no check of what only it can tell")
{
    FakeNode fake;
    harden_docker(fake);
    fake.docker.running = false;
    CHECK(verdict_of("docker.answers", fake.node) == Verdict::Fail);
    for (const auto* id : {"docker.live-restore", "docker.no-new-privileges", "docker.seccomp",
                           "docker.daemon-json-applied", "docker.log-size", "docker.userland-proxy",
                           "docker.tcp-socket"})
        CHECK(verdict_of(id, fake.node) == Verdict::Unknown);
}

TEST_CASE("what the running daemon tells decides, not the file")
{
    FakeNode fake;
    harden_docker(fake);
    auto& info = fake.docker.about;
    info.version = "26.1.5";
    info.live_restore = false;
    info.security_options = {"name=seccomp,profile=unconfined"};
    CHECK(verdict_of("docker.live-restore", fake.node) == Verdict::Fail);
    CHECK(verdict_of("docker.no-new-privileges", fake.node) == Verdict::Fail);
    CHECK(verdict_of("docker.seccomp", fake.node) == Verdict::Fail);
    const auto drift = ask("docker.daemon-json-applied", fake.node);
    CHECK(drift.verdict == Verdict::Fail);
    CHECK(contains(drift.evidence, "live-restore is false, the file says true"));
    info.security_options.clear();
    CHECK(verdict_of("docker.seccomp", fake.node) == Verdict::Fail);
}

TEST_CASE("docker.daemon-json-valid")
{
    FakeNode fake;
    harden_docker(fake);
    SECTION("fails where the file is missing")
    {
        CHECK(fake.host.remove("/etc/docker/daemon.json"));
        CHECK(verdict_of("docker.daemon-json-valid", fake.node) == Verdict::Fail);
        CHECK(verdict_of("docker.daemon-json-applied", fake.node) == Verdict::NotApplicable);
    }
    SECTION("fails where dockerd would ignore or refuse it, and says where")
    {
        fake.host.with_file("/etc/docker/daemon.json", "{\n  \"live-restor\": true\n}\n");
        const auto finding = ask("docker.daemon-json-valid", fake.node);
        CHECK(finding.verdict == Verdict::Fail);
        CHECK(contains(finding.evidence, "/etc/docker/daemon.json:2:3"));
    }
    SECTION("fails on a runtime named runc, which kills the daemon at its next start")
    {
        fake.host.with_file("/etc/docker/daemon.json",
                            R"({"runtimes": {"runc": {"path": "/usr/bin/runc"}}})");
        CHECK(verdict_of("docker.daemon-json-valid", fake.node) == Verdict::Fail);
    }
}

TEST_CASE("docker.log-size")
{
    FakeNode fake;
    harden_docker(fake);
    SECTION("fails without a bound for new containers")
    {
        fake.host.with_file("/etc/docker/daemon.json", "{}");
        CHECK(verdict_of("docker.log-size", fake.node) == Verdict::Fail);
    }
    SECTION("fails for a running container that was made before the bound, with its name escaped")
    {
        const std::string id(64, 'a');
        fake.docker.listed = {{.id = id, .name = "old\x1b[2J", .state = "running"}};
        fake.docker.details[id] = {.container = fake.docker.listed[0], .log_driver = "json-file"};
        const auto finding = ask("docker.log-size", fake.node);
        CHECK(finding.verdict == Verdict::Fail);
        CHECK(finding.evidence == "made before the bound was set: old\\x1b[2J");
    }
    SECTION("passes with a driver that bounds itself")
    {
        fake.docker.about.logging_driver = "local";
        fake.host.with_file("/etc/docker/daemon.json", R"({"log-driver": "local"})");
        CHECK(verdict_of("docker.log-size", fake.node) == Verdict::Pass);
    }
}

TEST_CASE("docker.userland-proxy fails while one runs, and where it is on by default")
{
    FakeNode fake;
    harden_docker(fake);
    fake.host.with_file("/proc/400/comm", "docker-proxy\n");
    CHECK(verdict_of("docker.userland-proxy", fake.node) == Verdict::Fail);
    fake.host.with_file("/proc/400/comm", "sh\n");
    CHECK(verdict_of("docker.userland-proxy", fake.node) == Verdict::Pass);
    fake.host.with_file("/etc/docker/daemon.json", "{}");
    CHECK(verdict_of("docker.userland-proxy", fake.node) == Verdict::Fail);
}

TEST_CASE("the kernel's rows become addresses")
{
    CHECK(listening_address("0100007F:246B") == "127.0.0.1:9323");
    CHECK(listening_address("00000000000000000000000000000000:0947") == "[::]:2375");
    CHECK(listening_address("garbage") == "garbage");
}

TEST_CASE("a dockerd that does not tell of no-new-privileges is judged by when it read its file")
{
    using namespace std::chrono_literals;
    FakeNode fake;
    harden_docker(fake);
    fake.docker.about.security_options = {"name=seccomp,profile=default"};
    fake.host.clock = 1'700'000'100s;
    // /proc/PID/stat: the 22nd field is the start, in ticks of 10 ms since boot
    const auto started = [&](long long seconds) {
        fake.host.with_file("/proc/321/stat",
                            cat("321 (dockerd) S 1 321 321 0 -1 0 0 0 0 0 0 0 0 0 20 0 9 0 ",
                                std::to_string(seconds * 100), " 0"));
    };
    REQUIRE(fake.host.write("/etc/docker/daemon.json", good_file));
    started(1'700'000'150);
    CHECK(verdict_of("docker.no-new-privileges", fake.node) == Verdict::Pass);
    started(1'700'000'050);
    CHECK(verdict_of("docker.no-new-privileges", fake.node) == Verdict::Fail);
    // a transaction has written it since, and kept what dockerd read
    const auto directory = cat(transactions_directory, "/20231114T221500Z-7");
    TxRecord record{.id = "20231114T221500Z-7", .state = TxState::Committed};
    record.started = to_rfc3339(std::chrono::system_clock::time_point{1'700'000'090s});
    JournalEntry entry{.file = "/etc/docker/daemon.json", .existed = true, .saved = "before-0"};
    entry.before.type = FileType::Regular;
    entry.before.modified = std::chrono::system_clock::time_point{1'700'000'010s};
    record.entries = {entry};
    fake.host.with_file(cat(directory, "/before-0"), good_file);
    fake.host.with_file(cat(directory, "/record.json"), to_json(record));
    CHECK(verdict_of("docker.no-new-privileges", fake.node) == Verdict::Pass);
    fake.host.with_file(cat(directory, "/before-0"), "{}");
    CHECK(verdict_of("docker.no-new-privileges", fake.node) == Verdict::Fail);
    record.entries[0].before.modified += 60s; // by somebody else, after dockerd had started
    fake.host.with_file(cat(directory, "/before-0"), good_file);
    fake.host.with_file(cat(directory, "/record.json"), to_json(record));
    CHECK(verdict_of("docker.no-new-privileges", fake.node) == Verdict::Fail);
    REQUIRE(fake.host.write("/etc/docker/daemon.json", "{}"));
    started(1'700'000'150);
    CHECK(verdict_of("docker.no-new-privileges", fake.node) == Verdict::Fail);
}

namespace {

struct Case {
    std::string id;
    std::function<void(FakeNode&)> change;
    std::string evidence;
};

}

static const std::vector<Case> broken = {
    {"docker.mandatory-access-control",
     [](auto& fake) { fake.docker.about.security_options = {"name=seccomp,profile=default"}; },
     "neither confines"},
    {"docker.insecure-registries",
     [](auto& fake) {
         fake.docker.about.insecure_registries = {"127.0.0.0/8", "reg.example:5000"};
     },
     "reg.example:5000"},
    {"docker.experimental", [](auto& fake) { fake.docker.about.experimental = true; },
     "experimental is on"},
    {"docker.experimental",
     [](auto& fake) { fake.docker.about.warnings = {"WARNING: the aufs driver is deprecated"}; },
     "aufs"},
    {"docker.user-namespaces",
     [](auto& fake) { fake.docker.about.security_options = {"name=apparmor"}; },
     "root on the host"},
    {"docker.storage-driver", [](auto& fake) { fake.docker.about.storage_driver = "devicemapper"; },
     "devicemapper"},
    {"docker.cgroup-driver", [](auto& fake) { fake.docker.about.cgroup_version = "1"; },
     "version 1, systemd"},
    {"docker.cgroup-driver", [](auto& fake) { fake.docker.about.cgroup_driver = "cgroupfs"; },
     "cgroupfs"},
    {"docker.swarm", [](auto& fake) { fake.docker.about.swarm_active = true; }, "active"},
    {"docker.authorization-plugins",
     [](auto& fake) { fake.docker.about.authorization_plugins = {"opa"}; },
     "opa can be skipped: CVE-2024-41110, CVE-2026-34040"},
};

TEST_CASE("what the daemon tells of itself is judged, and unknown without it")
{
    for (const auto& each : broken) {
        INFO(each.id);
        FakeNode fake;
        harden_docker(fake);
        if (each.id != "docker.authorization-plugins")
            CHECK(ask(each.id, fake.node, {}, Profile::Strict).verdict == Verdict::Pass);
        each.change(fake);
        const auto finding = ask(each.id, fake.node, {}, Profile::Strict);
        INFO(finding.evidence);
        CHECK(finding.verdict == Verdict::Fail);
        CHECK(contains(finding.evidence, each.evidence));
        fake.docker.running = false;
        CHECK(ask(each.id, fake.node, {}, Profile::Strict).verdict == Verdict::Unknown);
    }
}

TEST_CASE("some of it is not applicable, or as the operator wants it")
{
    FakeNode fake;
    harden_docker(fake);
    CHECK(verdict_of("docker.authorization-plugins", fake.node) == Verdict::NotApplicable);
    fake.docker.about.authorization_plugins = {"opa"};
    fake.docker.about.version = "29.5.1";
    CHECK(verdict_of("docker.authorization-plugins", fake.node) == Verdict::Pass);
    fake.docker.about.security_options.clear();
    fake.docker.about.default_runtime = "runsc";
    CHECK(verdict_of("docker.user-namespaces", fake.node) == Verdict::NotApplicable);
    fake.docker.about.swarm_active = true;
    fake.host.with_file("/etc/harden/verify.toml", "version = 1\n[docker]\nswarm = true\n");
    CHECK(verdict_of("docker.swarm", fake.node) == Verdict::Pass);
    fake.docker.about.storage_driver.clear();
    CHECK(verdict_of("docker.storage-driver", fake.node) == Verdict::Unknown);
}

TEST_CASE("default limits may stand in the file or among the flags")
{
    FakeNode fake;
    harden_docker(fake);
    const auto finding = [&] {
        return ask("docker.default-ulimits", fake.node, {}, Profile::Strict);
    };
    CHECK(finding().evidence == "no default for nofile, nproc, core");
    fake.host.with_file(
        "/etc/docker/daemon.json",
        R"({"default-ulimits": {"nofile": {"Name": "nofile", "Hard": 1024, "Soft": 1024},
                            "nproc": {"Name": "nproc", "Hard": 512, "Soft": 512}}})");
    CHECK(finding().evidence == "no default for core");
    with_dockerd_flags(fake, {"--default-ulimit", "core=0:0"});
    CHECK(finding().verdict == Verdict::Pass);
    fake.host.with_file("/etc/harden/verify.toml", "nonsense");
    CHECK(finding().verdict == Verdict::Unknown);
}

TEST_CASE("entitlements of builds are on unless the file says otherwise")
{
    FakeNode fake;
    harden_docker(fake);
    const auto with = [&](const std::string& entitlements) {
        fake.host.with_file("/etc/docker/daemon.json",
                            cat(R"({"builder": {"entitlements": {)", entitlements, "}}}"));
        return ask("docker.build-entitlements", fake.node, {}, Profile::Strict);
    };
    CHECK(with("").evidence == "network.host by default");
    CHECK(with(R"("network-host": false)").verdict == Verdict::Pass);
    CHECK(with(R"("network-host": false, "security-insecure": true)").evidence ==
          "security.insecure");
    fake.docker.running = false;
    CHECK(with("").verdict == Verdict::Unknown);
}
