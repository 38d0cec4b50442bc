#include "base/shipped.h"
#include "steps/detector.h"
#include "support/catch.hpp"
#include "support/fake_node.h"
#include "usage/schedule.h"

using namespace harden;
using harden::test::FakeNode;

static const Path unit_file = "/etc/systemd/system/harden-detect-miners.timer";

static void prepare(FakeNode& fake)
{
    fake.host.with_file(detector_program, "elf", 0755)
        .answering({detector_program, "--quiet"}, {})
        .answering({"systemctl", "daemon-reload"}, {})
        .answering({"systemctl", "is-active", detector_timer}, {.status = 3, .out = "inactive\n"});
    for (const auto* word : {"enable", "disable"})
        fake.host.doing({"systemctl", word, "--now", detector_timer}, [word](auto& host) {
            host.answering({"systemctl", "is-active", detector_timer},
                           {.out = std::string{word} == "enable" ? "active\n" : "inactive\n"});
            return Output{};
        });
}

static void prepare_with_cron(FakeNode& fake)
{
    prepare(fake);
    fake.host.with_file("/etc/cron.d/e2scrub_all", "").with_file("/proc/77/comm", "cron\n");
}

static void changes_nothing_twice(FakeNode& fake)
{
    const auto after = fake.host.files();
    const auto made = fake.host.made.size();
    const auto again = apply(detector_step(), fake.node);
    REQUIRE(again);
    CHECK(again->ended == Ended::Unchanged);
    CHECK(fake.host.files() == after);
    CHECK(fake.host.made.size() == made);
}

TEST_CASE("cron runs the detector where a cron daemon runs")
{
    FakeNode fake;
    prepare_with_cron(fake);
    const auto before = fake.host.files();
    CHECK_FALSE(plan(detector_step(), fake.node)->empty());
    CHECK(fake.host.files() == before);

    const auto outcome = apply(detector_step(), fake.node);
    REQUIRE(outcome);
    REQUIRE(outcome->ended == Ended::Applied);
    CHECK(*fake.host.read(detector_cron_file) == shipped("cron/harden-detect-miners.cron"));
    CHECK(fake.host.status(detector_cron_file)->mode == 0644);
    CHECK(fake.host.status(unit_file).is_absent());
    CHECK(fake.host.ran.back() == Command{detector_program, "--quiet"});
    changes_nothing_twice(fake);
}

TEST_CASE("the timer runs it where there is no cron daemon, although its directory is there")
{
    FakeNode fake;
    prepare(fake);
    fake.host.with_file("/etc/cron.d/e2scrub_all", "").with_file("/proc/77/comm", "sshd\n");
    REQUIRE(apply(detector_step(), fake.node)->ended == Ended::Applied);
    CHECK(fake.host.status(detector_cron_file).is_absent());
    CHECK(*fake.host.read(unit_file) == shipped("cron/harden-detect-miners.timer"));
    changes_nothing_twice(fake);
}

TEST_CASE("never by both: a cron daemon that comes later replaces the timer, and back")
{
    FakeNode fake;
    prepare(fake);
    REQUIRE(apply(detector_step(), fake.node)->ended == Ended::Applied);
    fake.host.with_file("/etc/cron.d/e2scrub_all", "").with_file("/proc/77/comm", "cron\n");
    REQUIRE(apply(detector_step(), fake.node)->ended == Ended::Applied);
    CHECK(fake.host.status(unit_file).is_absent());
    CHECK(fake.host.query({"systemctl", "is-active", detector_timer})->out == "inactive\n");
    CHECK(fake.host.status(detector_cron_file));
    changes_nothing_twice(fake);

    REQUIRE(fake.host.remove("/proc/77/comm"));
    REQUIRE(apply(detector_step(), fake.node)->ended == Ended::Applied);
    CHECK(fake.host.status(detector_cron_file).is_absent());
    CHECK(fake.host.query({"systemctl", "is-active", detector_timer})->out == "active\n");
}

TEST_CASE("units that a package brought are not copied")
{
    FakeNode fake;
    prepare(fake);
    for (const auto* unit : {detector_service, detector_timer})
        fake.host.with_file(Path{"/usr/lib/systemd/system"} / unit,
                            std::string{shipped(cat("cron/", unit))});
    REQUIRE(apply(detector_step(), fake.node)->ended == Ended::Applied);
    CHECK(fake.host.status(unit_file).is_absent());
    CHECK(fake.host.query({"systemctl", "is-active", detector_timer})->out == "active\n");
}

TEST_CASE("a first look that finds something is fine, one that cannot look is undone")
{
    FakeNode fake;
    prepare_with_cron(fake);
    fake.host.answering({detector_program, "--quiet"}, {.status = 1});
    CHECK(apply(detector_step(), fake.node)->ended == Ended::Applied);

    FakeNode broken;
    prepare_with_cron(broken);
    broken.host.answering({detector_program, "--quiet"}, {.status = 2, .err = "no docker"});
    const auto before = broken.host.files();
    const auto outcome = apply(detector_step(), broken.node);
    REQUIRE(outcome);
    CHECK(outcome->ended == Ended::RolledBack);
    CHECK(outcome->problem.message.find("no docker") != std::string::npos);
    CHECK(broken.host.files() == before);
}

TEST_CASE("without the program nothing is scheduled")
{
    FakeNode fake;
    fake.host.with_file("/etc/cron.d/x", "").with_file("/proc/77/comm", "cron\n");
    const auto outcome = plan(detector_step(), fake.node);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == ErrorKind::NotFound);
}

TEST_CASE("removal takes the schedule away and leaves the rest")
{
    FakeNode fake;
    prepare_with_cron(fake);
    fake.host.with_file("/var/log/miner-detection.log", "{}\n");
    REQUIRE(apply(detector_step(), fake.node)->ended == Ended::Applied);
    REQUIRE(apply(detector_removal(), fake.node)->ended == Ended::Applied);
    CHECK(fake.host.status(detector_cron_file).is_absent());
    CHECK(fake.host.status("/var/log/miner-detection.log"));
    CHECK(apply(detector_removal(), fake.node)->ended == Ended::Unchanged);
}

TEST_CASE("what starts the detector starts the installed program")
{
    for (const auto* file : {"cron/harden-detect-miners.cron", "cron/harden-detect-miners.service"})
        CHECK(shipped(file).find(cat(detector_program, " --quiet")) != std::string::npos);
}
