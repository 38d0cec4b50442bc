#include "unit/checks/ask.h"

using namespace harden;
using namespace harden::test;

static FakeNode& with_runc(FakeNode& fake, const std::string& version)
{
    fake.docker.about.version = "29.9.0";
    fake.docker.about.components = {{"runc", version}, {"containerd", "2.9.0"}};
    return fake;
}

TEST_CASE("a version from before a fix fails with the flaws' names")
{
    FakeNode fake;
    const auto finding = ask("cve.runc", with_runc(fake, "1.3.5").node);
    CHECK(finding.verdict == Verdict::Fail);
    CHECK(finding.evidence == "1.3.5: CVE-2026-41579");
}

TEST_CASE("a version with every fix passes while the list is fresh, and is unknown after")
{
    FakeNode fake;
    with_runc(fake, "1.4.3");
    CHECK(verdict_of("cve.runc", fake.node) == Verdict::Pass);
    CHECK(verdict_of("cve.docker", fake.node) == Verdict::Pass);
    CHECK(verdict_of("cve.containerd", fake.node) == Verdict::Pass);
    fake.host.clock = std::chrono::hours{24 * 366 * 60};
    CHECK(verdict_of("cve.runc", fake.node) == Verdict::Unknown);
}

TEST_CASE("what a distribution's changelog names is closed")
{
    FakeNode fake;
    with_runc(fake, "1.3.5");
    fake.host.answering({"zcat", "/usr/share/doc/runc/changelog.Debian.gz"},
                        {.out = "runc (1.3.5-2)\n  * Fix CVE-2026-41579\n"});
    const auto finding = ask("cve.runc", fake.node);
    CHECK(finding.verdict == Verdict::Pass);
    CHECK(finding.evidence == "1.3.5, by its changelog");
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
}
