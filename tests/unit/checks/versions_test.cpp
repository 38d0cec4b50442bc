#include "checks/changelog.h"
#include "unit/checks/ask.h"

using namespace harden;
using namespace harden::test;

static FakeNode& with_runc(FakeNode& fake, const std::string& version)
{
    fake.docker.about.version = "29.9.0";
    fake.docker.about.components = {{"runc", version}, {"containerd", "2.9.0"}};
    return fake;
}

// A Debian package's changelog, as the search in it answers.
static void with_changelog(FakeNode& fake, const std::string& package, const std::string& found)
{
    fake.host.having(
        "zgrep",
        [package, found](const FakeHost&, const Command& command, std::string_view) -> Output {
            const auto wanted = cat("/usr/share/doc/", package, "/changelog.Debian.gz");
            return command.back() == wanted ? Output{.out = found} : Output{.status = 2};
        });
}

TEST_CASE("a version from before a fix fails with the flaws' names")
{
    FakeNode fake;
    const auto finding = ask("cve.runc", with_runc(fake, "1.3.5").node);
    CHECK(finding.verdict == Verdict::Fail);
    CHECK(finding.evidence == "1.3.5: CVE-2026-41579");
}

TEST_CASE("the daemon's and containerd's own flaws count as runc's do")
{
    FakeNode fake;
    fake.docker.about.version = "20.10.24";
    fake.docker.about.components = {{"runc", "1.4.3"}, {"containerd", "1.6.20"}};
    CHECK(verdict_of("cve.docker", fake.node) == Verdict::Fail);
    CHECK(verdict_of("cve.containerd", fake.node) == Verdict::Fail);
}

TEST_CASE("a version with every fix passes while the list is fresh, and is unknown after")
{
    FakeNode fake;
    with_runc(fake, "1.4.3");
    for (const auto* id : {"cve.runc", "cve.docker", "cve.containerd", "cve.buildkit"})
        CHECK(verdict_of(id, fake.node) == Verdict::Pass);
    CHECK(ask("cve.runc", fake.node).evidence == "1.4.3: 8 flaws closed by version");
    fake.host.clock = std::chrono::hours{24 * 366 * 60};
    for (const auto* id : {"cve.runc", "cve.docker", "cve.containerd", "cve.buildkit"})
        CHECK(verdict_of(id, fake.node) == Verdict::Unknown);
}

TEST_CASE("what a distribution's changelog names is closed, and the proof is told")
{
    FakeNode fake;
    with_runc(fake, "1.3.5");
    with_changelog(fake, "runc", "runc (1.3.5-2)\nCVE-2026-41579\nrunc (1.3.4-1)\n");
    const auto finding = ask("cve.runc", fake.node);
    CHECK(finding.verdict == Verdict::Pass);
    CHECK(finding.evidence ==
          "1.3.5: 7 flaws closed by version, 1 by /usr/share/doc/runc/changelog.Debian.gz");
    SECTION("not where it names another")
    {
        with_changelog(fake, "runc", "runc (1.3.5-2)\nCVE-2026-4157\nCVE-2026-415790\n");
        CHECK(verdict_of("cve.runc", fake.node) == Verdict::Fail);
    }
    SECTION("not where it speaks of another version than the one that runs")
    {
        with_changelog(fake, "runc", "runc (1.1.5+ds1-1)\nCVE-2026-41579\n");
        CHECK(verdict_of("cve.runc", fake.node) == Verdict::Fail);
    }
}

TEST_CASE("a version that nobody tells is unknown")
{
    FakeNode fake;
    CHECK(verdict_of("cve.runc", with_runc(fake, "").node) == Verdict::Unknown);
    fake.host.answering({"runc", "--version"}, {.out = "runc version 1.4.3\nspec: 1.2.0\n"});
    CHECK(verdict_of("cve.runc", fake.node) == Verdict::Pass);
    fake.host.answering({"runc", "--version"}, {.status = 1});
    fake.docker.running = false;
    CHECK(verdict_of("cve.runc", fake.node) == Verdict::Unknown);
    CHECK(verdict_of("cve.buildkit", fake.node) == Verdict::Unknown);
}

TEST_CASE("BuildKit goes by the Docker that it is built into")
{
    FakeNode fake;
    with_runc(fake, "1.4.3").docker.about.version = "25.0.1";
    CHECK(contains(ask("cve.buildkit", fake.node).evidence, "CVE-2024-23651"));
}

TEST_CASE("OpenSSH goes by what sshd says, an old one while it refuses the option")
{
    FakeNode fake;
    CHECK(verdict_of("cve.openssh", fake.node) == Verdict::NotApplicable);
    const auto saying = [&](const std::string& text) {
        fake.host.answering({"sshd", "-V"}, {.status = 1, .err = text});
        return ask("cve.openssh", fake.node);
    };
    CHECK(saying("OpenSSH_10.0p2, OpenSSL 3.5\n").verdict == Verdict::Pass);
    CHECK(saying("unknown option -- V\nOpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3\n").evidence ==
          "9.2p1: CVE-2023-48795, CVE-2024-6387, CVE-2025-26465");
    with_changelog(fake, "openssh-server",
                   "openssh (1:9.2p1-2+deb12u7)\nCVE-2023-48795\nCVE-2025-26465\n");
    CHECK(saying("OpenSSH_9.2, OpenSSL 3\n").evidence ==
          "9.2: 1 flaws closed by version, 2 by "
          "/usr/share/doc/openssh-server/changelog.Debian.gz, 1 by package 9.2p1-2+deb12u7");
    with_changelog(fake, "openssh-server",
                   "openssh (1:9.2p1-2+deb12u2)\nCVE-2023-48795\nCVE-2025-26465\n");
    CHECK(saying("OpenSSH_9.2, OpenSSL 3\n").evidence == "9.2: CVE-2024-6387");
    CHECK(saying("OpenSSH_8.4p1\n").evidence == "8.4p1: CVE-2023-48795, CVE-2025-26465");
    CHECK(saying("OpenSSH_9.9p2\n").verdict == Verdict::Pass);
    CHECK(saying("OpenSSH_9.9p1\n").evidence == "9.9p1: CVE-2025-26465, CVE-2025-26466");
    CHECK(saying("?\n").verdict == Verdict::Unknown);
}

TEST_CASE("the kernel goes by the stable version that its distribution built it from")
{
    FakeNode fake;
    CHECK(verdict_of("cve.kernel", fake.node) == Verdict::Unknown);
    fake.host.with_file("/proc/sys/kernel/osrelease", "6.1.0-49-amd64\n")
        .with_file("/proc/sys/kernel/version", "#1 SMP Debian 6.1.176-1 (2026-06-01)\n");
    CHECK(ask("cve.kernel", fake.node).evidence == "6.1.176-1: 5 flaws closed by version");
    fake.host.with_file("/proc/sys/kernel/version", "#1 SMP Debian 6.1.159-1 (2025-12-30)\n");
    CHECK(ask("cve.kernel", fake.node).evidence == "6.1.159-1: CVE-2026-31431");
    with_changelog(fake, "linux-image-6.1.0-49-amd64", "linux (6.1.159-1)\nCVE-2026-31431\n");
    CHECK(verdict_of("cve.kernel", fake.node) == Verdict::Pass);
    fake.host.with_file("/proc/version_signature", "Ubuntu 6.8.0-31.31-generic 6.8.1\n");
    CHECK(contains(ask("cve.kernel", fake.node).evidence, "6.8.1: 4 flaws"));
    fake.host.with_file("/proc/version_signature", "what\n");
    CHECK(verdict_of("cve.kernel", fake.node) == Verdict::Unknown);
}

TEST_CASE("the NVIDIA toolkit is asked where it is")
{
    FakeNode fake;
    CHECK(verdict_of("cve.nvidia-toolkit", fake.node) == Verdict::NotApplicable);
    const auto saying = [&](const std::string& text) {
        fake.host.answering({"nvidia-ctk", "--version"}, {.out = text});
        return verdict_of("cve.nvidia-toolkit", fake.node);
    };
    CHECK(saying("NVIDIA Container Toolkit CLI version 1.17.8\ncommit: x\n") == Verdict::Pass);
    CHECK(saying("NVIDIA Container Toolkit CLI version 1.17.7\n") == Verdict::Fail);
    CHECK(saying("") == Verdict::Unknown);
}

static void with_runsc(FakeNode& fake, const std::string& version)
{
    constexpr auto path = "/usr/local/bin/runsc";
    fake.docker.about.runtimes = {{"runsc", path}};
    fake.host.with_file(path, "");
    std::string head(64, '\0');
    head.replace(0, 6,
                 "\x7f"
                 "ELF\x02\x01");
    head[18] = 62;
    fake.host.answering({"head", "-c", "64", path}, {.out = head})
        .answering({"uname", "-m"}, {.out = "x86_64\n"})
        .answering({path, "--version"}, {.out = version});
}

TEST_CASE("gVisor goes by the day of its release")
{
    FakeNode fake; // of November 2023
    CHECK(verdict_of("cve.gvisor", fake.node) == Verdict::NotApplicable);
    with_runsc(fake, "runsc version release-20231106.0\n");
    CHECK(verdict_of("cve.gvisor", fake.node) == Verdict::Pass);
    with_runsc(fake, "runsc version release-20230101.0\n");
    CHECK(contains(ask("cve.gvisor", fake.node).evidence, "without 317 days of fixes"));
    with_runsc(fake, "runsc version release-20231106.0\n");
    fake.host.with_file("/etc/harden/verify.toml",
                        "version = 1\n[versions.flaws.CVE-2023-99999]\ncomponent = \"gvisor\"\n"
                        "fixed_in = [\"20231110.0\"]\n");
    CHECK(contains(ask("cve.gvisor", fake.node).evidence, "CVE-2023-99999"));
    with_runsc(fake, "runsc version unknown\n");
    CHECK(verdict_of("cve.gvisor", fake.node) == Verdict::Unknown);
}
