#include "base/time.h"
#include "checks/detector_facts.h"
#include "unit/checks/ask.h"

using namespace harden;
using namespace harden::test;

static constexpr auto cron_line = "*/5 * * * * root /usr/libexec/harden/detect-miners --quiet\n";
static const std::string container_id(64, 'a');

static void schedule(FakeNode& fake)
{
    fake.host.with_file(detector_cron_file, cron_line);
    fake.host.with_file(detector_program, "ELF", 0755);
    fake.host.with_file("/proc/7/comm", "cron\n");
}

static void remember(FakeNode& fake, std::chrono::minutes ago, LookSummary look = {},
                     bool with_container = false)
{
    look.time = to_rfc3339(fake.host.now()->wall - ago);
    MinerState state{.boot = "boot", .look = look};
    if (with_container)
        state.tracks[container_id] = {.name = "web"};
    fake.host.with_file(miner_state_file, render_miner_state(state));
}

TEST_CASE("detector.scheduled")
{
    FakeNode fake;
    schedule(fake);
    SECTION("passes with a cron entry and a cron daemon")
    {
        CHECK(verdict_of("detector.scheduled", fake.node) == Verdict::Pass);
    }
    SECTION("fails where the entry is there and no cron daemon runs")
    {
        fake.host.with_file("/proc/7/comm", "sh\n");
        fake.host.answering({"systemctl", "is-active", detector_timer}, {3, "inactive\n", ""});
        const auto finding = ask("detector.scheduled", fake.node);
        CHECK(finding.verdict == Verdict::Fail);
        CHECK(contains(finding.evidence, "no cron daemon runs"));
    }
    SECTION("fails where cron would skip the file or the entry is a comment")
    {
        fake.host.answering({"systemctl", "is-active", detector_timer}, {3, "inactive\n", ""});
        fake.host.with_file(detector_cron_file, cron_line, 0664);
        CHECK(verdict_of("detector.scheduled", fake.node) == Verdict::Fail);
        fake.host.with_file(detector_cron_file, cat("# ", cron_line));
        CHECK(verdict_of("detector.scheduled", fake.node) == Verdict::Fail);
    }
    SECTION("passes with a timer that is active")
    {
        fake.host.with_file(detector_cron_file, "");
        fake.host.answering({"systemctl", "is-active", detector_timer}, {0, "active\n", ""});
        CHECK(verdict_of("detector.scheduled", fake.node) == Verdict::Pass);
    }
}

TEST_CASE("detector.installed")
{
    FakeNode fake;
    CHECK(verdict_of("detector.installed", fake.node) == Verdict::Fail);
    schedule(fake);
    CHECK(verdict_of("detector.installed", fake.node) == Verdict::Pass);
    fake.host.with_file(detector_program, "ELF", 0644);
    CHECK(verdict_of("detector.installed", fake.node) == Verdict::Fail);
    fake.host.with_file(detector_program, "ELF", 0777);
    CHECK(verdict_of("detector.installed", fake.node) == Verdict::Fail);
}

TEST_CASE("detector.ran-recently")
{
    using std::chrono::minutes;
    FakeNode fake;
    schedule(fake);
    SECTION("passes after a look within two intervals")
    {
        remember(fake, minutes{9});
        CHECK(verdict_of("detector.ran-recently", fake.node) == Verdict::Pass);
    }
    SECTION("fails when the last look is older: an entry in cron is not a run")
    {
        remember(fake, minutes{11});
        const auto finding = ask("detector.ran-recently", fake.node);
        CHECK(finding.verdict == Verdict::Fail);
        CHECK(finding.evidence == "last 11 min ago");
    }
    SECTION("fails when it is dated in the future")
    {
        remember(fake, minutes{-30});
        CHECK(contains(ask("detector.ran-recently", fake.node).evidence, "in the future"));
    }
    SECTION("fails when systemd says that the last run did")
    {
        fake.host.with_file(detector_cron_file, "");
        fake.host.answering({"systemctl", "is-active", detector_timer}, {0, "active\n", ""});
        const Command ask_result{"systemctl", "show", detector_service, "--property=Result",
                                 "--value"};
        remember(fake, minutes{1});
        fake.host.answering(ask_result, {0, "success\n", ""});
        CHECK(verdict_of("detector.ran-recently", fake.node) == Verdict::Pass);
        fake.host.answering(ask_result, {0, "exit-code\n", ""});
        CHECK(verdict_of("detector.ran-recently", fake.node) == Verdict::Fail);
    }
    SECTION("fails when it never looked")
    {
        CHECK(verdict_of("detector.ran-recently", fake.node) == Verdict::Fail);
    }
    SECTION("fails when its state is damaged")
    {
        fake.host.with_file(miner_state_file, "{");
        CHECK(contains(ask("detector.ran-recently", fake.node).evidence, "damaged"));
    }
}

TEST_CASE("detector.sees-containers")
{
    FakeNode fake;
    schedule(fake);
    const auto started = to_rfc3339(fake.host.now()->wall - std::chrono::minutes{30});
    fake.docker.listed = {{.id = container_id, .name = "web", .state = "running"}};
    fake.docker.details[container_id] = {.container = fake.docker.listed[0], .started_at = started};
    SECTION("passes where every container that ran was measured")
    {
        remember(fake, std::chrono::minutes{1}, {.containers = 1}, true);
        CHECK(verdict_of("detector.sees-containers", fake.node) == Verdict::Pass);
    }
    SECTION("fails where it knows nothing of one")
    {
        remember(fake, std::chrono::minutes{1}, {.containers = 0});
        CHECK(ask("detector.sees-containers", fake.node).evidence == "not seen: web");
    }
    SECTION("is content where the container came after the look")
    {
        remember(fake, std::chrono::minutes{40}, {.containers = 0});
        CHECK(verdict_of("detector.sees-containers", fake.node) == Verdict::Pass);
    }
    SECTION("fails where a use could not be read")
    {
        remember(fake, std::chrono::minutes{1}, {.containers = 1, .unknown = 1}, true);
        CHECK(verdict_of("detector.sees-containers", fake.node) == Verdict::Fail);
    }
    SECTION("is unknown before the first look and while Docker does not answer")
    {
        CHECK(verdict_of("detector.sees-containers", fake.node) == Verdict::Unknown);
        remember(fake, std::chrono::minutes{1}, {.containers = 1}, true);
        fake.docker.running = false;
        CHECK(verdict_of("detector.sees-containers", fake.node) == Verdict::Unknown);
    }
}
