#include "checks/gvisor_facts.h"
#include "checks/gvisor_flags.h"
#include "gvisor/release.h"
#include "unit/checks/canaries.h"

using namespace harden;
using namespace harden::test;

static constexpr auto runsc = "/usr/local/lib/gvisor/current/runsc";

static std::string elf_header(char machine)
{
    std::string header(64, '\0');
    header.replace(0, 6,
                   "\x7f"
                   "ELF\x02\x01");
    header[18] = machine;
    return header;
}

// A node where Docker knows gVisor and its program tells a version.
static void install(FakeNode& fake, const std::string& version = "release-20231101.0")
{
    fake.docker.about.default_runtime = "runc";
    fake.docker.about.runtimes = {{"runc", "runc"}, {"runsc", runsc}};
    fake.host.answering({"head", "-c", "64", runsc}, {.out = elf_header(0x3e)});
    fake.host.answering({"uname", "-m"}, {.out = "x86_64\n"});
    fake.host.answering({runsc, "--version"},
                        {.out = "runsc version " + version + "\nspec: 1.1\n"});
}

TEST_CASE("gvisor.installed")
{
    FakeNode fake;
    install(fake);
    SECTION("passes with the version that the program tells")
    {
        const auto finding = ask("gvisor.installed", fake.node);
        CHECK(finding.verdict == Verdict::Pass);
        CHECK(finding.evidence == "runsc version release-20231101.0");
    }
    SECTION("fails where Docker knows no such runtime, whatever lies on the disk")
    {
        fake.docker.about.runtimes.erase("runsc");
        CHECK(verdict_of("gvisor.installed", fake.node) == Verdict::Fail);
    }
    SECTION("fails on an error page in the program's place")
    {
        fake.host.answering({"head", "-c", "64", runsc}, {.out = "<?xml version=\"1.0\" "});
        const auto finding = ask("gvisor.installed", fake.node);
        CHECK(finding.verdict == Verdict::Fail);
        CHECK(contains(finding.evidence, "is no program: it begins with \"<?xml\""));
    }
    SECTION("fails on another machine's program")
    {
        fake.host.answering({"head", "-c", "64", runsc}, {.out = elf_header('\xb7')});
        CHECK(contains(ask("gvisor.installed", fake.node).evidence, "is for aarch64"));
    }
    SECTION("fails where the program does not run without root's rights")
    {
        fake.host.with_file("/proc/self/status", "Name:\tverify\nUid:\t0\t0\t0\t0\n");
        fake.host.answering({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                             "--no-new-privs", runsc, "--version"},
                            {.status = 126, .err = "Permission denied"});
        const auto finding = ask("gvisor.installed", fake.node);
        CHECK(finding.verdict == Verdict::Fail);
        CHECK(contains(finding.evidence, "Permission denied"));
    }
    SECTION("is unknown, never a pass, while Docker does not answer")
    {
        fake.docker.running = false;
        CHECK(verdict_of("gvisor.installed", fake.node) == Verdict::Unknown);
    }
}

TEST_CASE("gvisor.default-runtime")
{
    FakeNode fake;
    install(fake);
    CHECK(ask("gvisor.default-runtime", fake.node, {}, Profile::Full).verdict == Verdict::Fail);
    CHECK(ask("gvisor.default-runtime", fake.node, {}, Profile::Baseline).verdict == Verdict::Info);
    fake.docker.about.default_runtime = "runsc";
    CHECK(verdict_of("gvisor.default-runtime", fake.node) == Verdict::Pass);
    fake.docker.running = false;
    CHECK(verdict_of("gvisor.default-runtime", fake.node) == Verdict::Unknown);
}

TEST_CASE("gvisor.release-age") // the fake's clock stands at 2023-11-14
{
    const auto aged = [](const std::string& version) {
        FakeNode fake;
        install(fake, version);
        return verdict_of("gvisor.release-age", fake.node);
    };
    CHECK(aged("release-20231101.0") == Verdict::Pass);
    CHECK(aged("release-20230901.0") == Verdict::Info);
    CHECK(aged("release-20230601.0") == Verdict::Fail);
    CHECK(aged("0.0~20221219.0") == Verdict::Fail);
    CHECK(aged("HEAD") == Verdict::Unknown);
}

static void with_daemon_json(FakeNode& fake, const std::string& arguments)
{
    fake.host.with_file("/etc/docker/daemon.json",
                        "{\"runtimes\": {\"runsc\": {\"path\": \"" + std::string{runsc} +
                            "\", \"runtimeArgs\": [" + arguments + "]}}}");
}

TEST_CASE("a runtime's flags")
{
    struct Row {
        std::string id;
        std::string arguments;
        Verdict verdict;
    };
    const std::vector<Row> rows{
        {"gvisor.safe-flags", "", Verdict::Pass},
        {"gvisor.safe-flags", "\"--debug=false\"", Verdict::Pass},
        {"gvisor.safe-flags", "\"--debug\"", Verdict::Fail},
        {"gvisor.safe-flags", "\"-strace\"", Verdict::Fail},
        {"gvisor.safe-flags", "\"--host-uds=open\"", Verdict::Fail},
        {"gvisor.safe-flags", "\"--TESTONLY-unsafe-nonroot\"", Verdict::Fail},
        {"gvisor.safe-flags", "\"--ignore-cgroups=true\"", Verdict::Fail},
        {"gvisor.netstack", "", Verdict::Pass},
        {"gvisor.netstack", "\"--network=host\"", Verdict::Fail},
        {"gvisor.platform", "\"--platform=systrap\"", Verdict::Pass},
        {"gvisor.platform", "\"--platform=ptrace\"", Verdict::Fail},
        {"gvisor.platform", "\"--platform=kvm\"", Verdict::Fail}, // no /dev/kvm
        {"gvisor.platform", "", Verdict::Unknown},                // runsc does not tell
        {"gvisor.overlay-medium", "", Verdict::Pass},
        {"gvisor.overlay-medium", "\"--overlay2=root:memory\"", Verdict::Fail},
        {"gvisor.gpu-restricted", "", Verdict::Pass},
        {"gvisor.gpu-restricted", "\"--nvproxy=true\"", Verdict::Info},
    };
    for (const auto& [id, arguments, verdict] : rows) {
        FakeNode fake;
        install(fake);
        with_daemon_json(fake, arguments);
        INFO(id << " " << arguments);
        CHECK(ask(id, fake.node, {}, Profile::Strict).verdict == verdict);
        fake.docker.running = false;
        CHECK(verdict_of(id, fake.node) == Verdict::Unknown);
    }
}

TEST_CASE("a GPU is not for the default runtime")
{
    FakeNode fake;
    install(fake);
    fake.docker.about.default_runtime = "runsc";
    with_daemon_json(fake, "\"--nvproxy\"");
    CHECK(verdict_of("gvisor.gpu-restricted", fake.node) == Verdict::Fail);
}

TEST_CASE("the shim's file is read where the runtime is one of containerd's")
{
    FakeNode fake;
    install(fake);
    fake.host.with_file("/etc/docker/daemon.json",
                        R"({"runtimes": {"runsc": {"runtimeType": "io.containerd.runsc.v1"}}})");
    fake.host.with_file("/etc/containerd/runsc.toml",
                        "log_path = \"x\"\n[runsc_config]\n  network = \"host\"\n");
    CHECK(verdict_of("gvisor.netstack", fake.node) == Verdict::Fail);
    CHECK(flags_of_config("[runsc_config]\n# a = \"b\"\ndebug = \"true\"\n[other]\nx = 1\n") ==
          std::vector<std::string>{"--debug=true"});
    fake.host.with_file("/etc/docker/daemon.json", "{");
    CHECK(verdict_of("gvisor.netstack", fake.node) == Verdict::Unknown);
}

TEST_CASE("with --probe the arguments of a sandbox that ran count, too")
{
    CanaryNode node;
    CHECK(node.ask("gvisor.netstack").level == Level::Behaviour);
    node.fake.host.with_file("/proc/701/cmdline", "runsc-sandbox --network=host boot --x");
    CHECK(node.verdict("gvisor.netstack") == Verdict::Fail);
}

TEST_CASE("gvisor.default-runtime-persisted")
{
    FakeNode fake;
    install(fake);
    CHECK(verdict_of("gvisor.default-runtime-persisted", fake.node) == Verdict::Pass);
    fake.host.with_file("/etc/docker/daemon.json", R"({"default-runtime": "runsc"})");
    CHECK(verdict_of("gvisor.default-runtime-persisted", fake.node) == Verdict::Fail);
    fake.docker.about.default_runtime = "runsc";
    CHECK(verdict_of("gvisor.default-runtime-persisted", fake.node) == Verdict::Pass);
    fake.host.with_file("/etc/docker/daemon.json", "{");
    CHECK(verdict_of("gvisor.default-runtime-persisted", fake.node) == Verdict::Unknown);
}

TEST_CASE("gvisor.host-settings")
{
    static constexpr auto file = "/sys/kernel/mm/transparent_hugepage/shmem_enabled";
    FakeNode fake;
    install(fake);
    const auto verdict = [&](const std::string& text) {
        fake.host.with_file(file, text);
        return ask("gvisor.host-settings", fake.node, {}, Profile::Strict).verdict;
    };
    CHECK(verdict_of("gvisor.host-settings", fake.node) == Verdict::NotApplicable);
    CHECK(verdict("always within_size [advise] never deny force\n") == Verdict::Pass);
    CHECK(verdict("always within_size advise [never] deny force\n") == Verdict::Fail);
    CHECK(verdict("never\n") == Verdict::Unknown);
}

// A release as gvisor-install leaves it, with these files.
static void keep(FakeNode& fake, const std::string& name, const std::vector<std::string>& files)
{
    const auto directory = "/usr/local/lib/gvisor/" + name;
    std::string sums;
    for (const auto& file : files) {
        fake.host.with_file(directory + "/" + file, "program", 0755);
        sums += std::string(128, 'a') + "  " + file + "\n";
        fake.host.answering({"sha512sum", directory + "/" + file},
                            {.out = std::string(128, 'a') + "  " + file + "\n"});
    }
    fake.host.with_file(directory + "/SHA512SUMS", sums);
    fake.host.with_link("/usr/local/lib/gvisor/current", name);
    fake.host.answering({"readlink", "-f", runsc}, {.out = directory + "/runsc\n"});
}

static const std::vector<std::string> whole = {"runsc",
                                               "gvisor-bin/gvisor_sentry",
                                               "gvisor-bin/gvisor_sentry_plugin_stack",
                                               "gvisor-bin/runsc-metric-server",
                                               "gvisor-bin/checkpointgofer",
                                               "gvisor-bin/gvisor-sentry-prewarmer"};

TEST_CASE("gvisor.previous-release")
{
    FakeNode fake;
    install(fake);
    CHECK(verdict_of("gvisor.previous-release", fake.node) == Verdict::NotApplicable);
    keep(fake, "release-20231101.0", {"runsc"});
    CHECK(verdict_of("gvisor.previous-release", fake.node) == Verdict::Info);
    keep(fake, "release-20231108.0", {"runsc"});
    CHECK(verdict_of("gvisor.previous-release", fake.node) == Verdict::Pass);
    fake.host.with_link("/usr/local/lib/gvisor/current", "release-gone");
    CHECK(verdict_of("gvisor.previous-release", fake.node) == Verdict::Fail);
    fake.host.with_file("/usr/local/lib/gvisor/current", "no link");
    CHECK(verdict_of("gvisor.previous-release", fake.node) == Verdict::Unknown);
}

TEST_CASE("gvisor.sidecars")
{
    FakeNode fake;
    install(fake, "release-20261116.0");
    keep(fake, "release-20261116.0", {"runsc"});
    CHECK(contains(ask("gvisor.sidecars", fake.node).evidence, "gvisor_sentry is missing"));
    keep(fake, "release-20261116.0", whole);
    CHECK(verdict_of("gvisor.sidecars", fake.node) == Verdict::Pass);
    CHECK(fake.host.remove("/usr/local/lib/gvisor/release-20261116.0/gvisor-bin/checkpointgofer"));
    CHECK(contains(ask("gvisor.sidecars", fake.node).evidence, "checkpointgofer is missing"));
    FakeNode odd;
    install(odd, "HEAD");
    CHECK(verdict_of("gvisor.sidecars", odd.node) == Verdict::Unknown);
    FakeNode old;
    install(old);
    CHECK(verdict_of("gvisor.sidecars", old.node) == Verdict::NotApplicable);
}

TEST_CASE("gvisor.official-release")
{
    static constexpr auto file = "/usr/local/lib/gvisor/release-20231101.0/runsc";
    CanaryNode node;
    install(node.fake);
    keep(node.fake, "release-20231101.0", {"runsc"});
    CHECK(ask("gvisor.official-release", node.fake.node).verdict == Verdict::Info); // not hashed
    const auto finding = node.ask("gvisor.official-release");
    CHECK(finding.verdict == Verdict::Info);
    CHECK(contains(finding.evidence, "no signed manifest is configured"));
    SECTION("fails on a changed file")
    {
        node.fake.host.answering({"sha512sum", file}, {.out = std::string(128, 'b') + "  x\n"});
        CHECK(contains(node.ask("gvisor.official-release").evidence, "not as installed: runsc"));
    }
    SECTION("goes by the package where it is one's, and fails where it is nobody's")
    {
        node.fake.host.answering({"readlink", "-f", runsc}, {.out = "/usr/bin/runsc\n"});
        CHECK(node.verdict("gvisor.official-release") == Verdict::Fail);
        node.fake.host.answering({"dpkg", "--search", "/usr/bin/runsc"},
                                 {.out = "runsc: /usr/bin/runsc\n"});
        node.fake.host.answering({"dpkg", "--verify", "runsc"}, {});
        CHECK(node.verdict("gvisor.official-release") == Verdict::Pass);
        node.fake.host.answering({"dpkg", "--verify", "runsc"},
                                 {.out = "??5?????? /usr/bin/runsc"});
        CHECK(node.verdict("gvisor.official-release") == Verdict::Fail);
    }
    SECTION("is unknown where keys are configured and there is no manifest yet")
    {
        node.fake.host.with_file("/etc/harden/gvisor.toml", "version = 1\n[manifest]\nkeys = [\"" +
                                                                std::string(43, 'A') + "=\"]\n");
        const auto signed_by_us = [](std::string_view, std::string_view,
                                     std::string_view) -> Result<> { return done; };
        CHECK(ask("gvisor.official-release", node.fake.node,
                  {.canaries = node.canaries.probe(), .signature = signed_by_us})
                  .verdict == Verdict::Unknown);
    }
}

TEST_CASE("the day of a release is found in every spelling")
{
    using namespace std::chrono;
    CHECK(release_day("runsc version release-20260126.0") == sys_days{2026y / 1 / 26});
    CHECK(release_day("runsc version 0.0~20240729.0-4") == sys_days{2024y / 7 / 29});
    CHECK_FALSE(release_day("runsc version 20261399"));
    CHECK_FALSE(release_day("1.0"));
}
