#include "checks/gvisor_facts.h"
#include "gvisor/release.h"
#include "unit/checks/ask.h"

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

TEST_CASE("gvisor.sandboxed")
{
    FakeNode fake;
    install(fake);
    const auto seen = [&](RunOutcome outcome) {
        return ask(
            "gvisor.sandboxed", fake.node,
            {.canary = [outcome](const std::string&) -> Result<RunOutcome> { return outcome; }});
    };
    CHECK(seen({.out = "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016"}).verdict ==
          Verdict::Pass);
    CHECK(seen({.out = "Linux version 4.19.0-gvisor #1 SMP"}).verdict == Verdict::Pass);
    CHECK(seen({.out = "Linux version 6.1.0-18-amd64 (debian)"}).verdict == Verdict::Fail);
    CHECK(seen({.status = 125, .out = "no such runtime"}).verdict == Verdict::Unknown);
    CHECK(ask("gvisor.sandboxed", fake.node).verdict == Verdict::Info); // not asked for
}

TEST_CASE("the day of a release is found in every spelling")
{
    using namespace std::chrono;
    CHECK(release_day("runsc version release-20260126.0") == sys_days{2026y / 1 / 26});
    CHECK(release_day("runsc version 0.0~20240729.0-4") == sys_days{2024y / 7 / 29});
    CHECK_FALSE(release_day("runsc version 20261399"));
    CHECK_FALSE(release_day("1.0"));
}
