#include "base/time.h"
#include "checks/docker_sockets.h"
#include "node/journal_json.h"
#include "unit/checks/ask.h"

using namespace harden;
using namespace harden::test;

static constexpr auto good_file = R"({
  "live-restore": true,
  "no-new-privileges": true,
  "userland-proxy": false,
  "log-driver": "json-file",
  "log-opts": {"max-size": "10m"},
  "metrics-addr": "127.0.0.1:9323"
})";
static constexpr auto table_head = "  sl  local_address rem_address   st tx_queue rx_queue tr "
                                   "tm->when retrnsmt   uid  timeout inode\n";
static constexpr auto metrics_row = "   0: 0100007F:246B 00000000:0000 0A 00000000:00000000 "
                                    "00:00000000 00000000     0        0 77 1 0\n";
static constexpr auto open_row = "   1: 00000000:0947 00000000:0000 0A 00000000:00000000 "
                                 "00:00000000 00000000     0        0 78 1 0\n";

// A node whose daemon is as the production document wants it.
static void harden_docker(FakeNode& fake)
{
    auto& info = fake.docker.about;
    info.version = "20.10.24+dfsg1";
    info.live_restore = true;
    info.default_runtime = "runc";
    info.runtimes = {{"runc", "runc"}};
    info.logging_driver = "json-file";
    info.security_options = {"name=seccomp,profile=default", "name=no-new-privileges"};
    fake.host.with_file("/etc/docker/daemon.json", good_file);
    fake.host.with_file("/run/docker.pid", "321");
    fake.host.with_file("/proc/321/comm", "dockerd\n");
    fake.host.with_file("/proc/321/cmdline", std::string{"/usr/sbin/dockerd\0-H\0fd://\0", 25});
    fake.host.with_link("/proc/321/fd/5", "socket:[77]");
    fake.host.with_link("/proc/321/fd/6", "socket:[78]");
    fake.host.with_file("/proc/321/net/tcp", cat(table_head, metrics_row));
    fake.host.with_file("/etc/group", "root:x:0:\ndocker:x:998:\n");
    fake.host.with_file("/run/docker.sock", "", 0660);
}

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

TEST_CASE("docker.tcp-socket")
{
    FakeNode fake;
    harden_docker(fake);
    fake.host.with_file("/proc/321/net/tcp", cat(table_head, metrics_row, open_row));
    SECTION("fails for a socket that anybody may use")
    {
        const auto finding = ask("docker.tcp-socket", fake.node);
        CHECK(finding.verdict == Verdict::Fail);
        CHECK(finding.evidence == "0.0.0.0:2375");
    }
    SECTION("passes where clients need a certificate")
    {
        fake.host.with_file("/proc/321/cmdline", std::string{"dockerd\0--tlsverify\0", 20});
        CHECK(verdict_of("docker.tcp-socket", fake.node) == Verdict::Pass);
    }
    SECTION("leaves sockets of other processes alone")
    {
        CHECK(fake.host.remove("/proc/321/fd/6"));
        CHECK(verdict_of("docker.tcp-socket", fake.node) == Verdict::Pass);
    }
    SECTION("is unknown where the daemon's sockets cannot be seen")
    {
        CHECK(fake.host.remove("/run/docker.pid"));
        CHECK(verdict_of("docker.tcp-socket", fake.node) == Verdict::Unknown);
    }
}

TEST_CASE("docker.socket-mode")
{
    FakeNode fake;
    harden_docker(fake);
    fake.host.with_file("/run/docker.sock", "", 0666);
    CHECK(verdict_of("docker.socket-mode", fake.node) == Verdict::Fail);
    CHECK(fake.host.remove("/run/docker.sock"));
    CHECK(verdict_of("docker.socket-mode", fake.node) == Verdict::NotApplicable);
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
