#include "base/time.h"
#include "checks/check.h"
#include "checks/detector_facts.h"
#include "checks/docker_facts.h"
#include "checks/freshness.h"
#include "checks/probe_detector.h"
#include "checks/verify_rules.h"

#include <algorithm>

namespace harden {

static constexpr auto group = "Miner Detection";
static constexpr auto apply = "harden detect-miners apply";

static Result<Outcome> scheduled(const Facts& facts)
{
    const auto schedule = TRY(facts.once(detector_schedule));
    if (!schedule.by.empty())
        return pass(schedule.by == "cron" ? detector_cron_file : detector_timer);
    return fail(schedule.defect.empty() ? "neither a cron entry nor a timer runs it"
                                        : schedule.defect);
}

static Result<Outcome> executable(const Facts& facts)
{
    const auto status = facts.host().status(detector_program);
    if (status.is_absent())
        return fail(cat(detector_program, " does not exist"));
    const auto found = TRY(status);
    if (found.type != FileType::Regular || (found.mode & 0100U) == 0)
        return fail(cat(detector_program, " is not executable"));
    if (found.owner != 0 || (found.mode & 022U) != 0)
        return fail(cat("somebody else than root can write ", detector_program));
    return pass(detector_program);
}

// Nobody could have looked before the schedule was made, or before the node came up.
static Result<TimePoint> expected_since(const Facts& facts, const Clock& clock)
{
    const auto booted =
        clock.wall -
        std::chrono::duration_cast<std::chrono::system_clock::duration>(clock.since_boot);
    return std::max(TRY(facts.once(detector_schedule)).since, booted);
}

// Where a timer starts it systemd knows how the last run ended; empty: well, or nobody knows.
static Result<std::string> how_timer_failed(const Facts& facts)
{
    if (TRY(facts.once(detector_schedule)).by != "timer")
        return std::string{};
    const auto answer =
        facts.host().query({"systemctl", "show", detector_service, "--property=Result", "--value"});
    const auto result = answer ? trim(answer->out) : std::string_view{};
    if (result.empty() || result == "success")
        return std::string{};
    return cat(detector_service, " failed: ", escaped(result, 40));
}

static Result<Outcome> ran_recently(const Facts& facts)
{
    const auto timing = TRY(facts.once(verify_rules)).detector;
    const auto clock = TRY(facts.host().now());
    const auto limit = timing.interval * timing.late_after_intervals;
    const auto look = TRY(facts.once(detector_state)).look;
    const auto looked = from_rfc3339(look.time);
    if (looked && *looked - clock.wall > timing.interval)
        return fail("the last look is dated in the future, so nobody knows when it was");
    const auto failed = TRY(how_timer_failed(facts));
    if (!failed.empty())
        return fail(failed);
    if (looked && clock.wall - *looked <= limit)
        return pass(cat(age_text(clock.wall - *looked), " ago"));
    const auto last =
        looked ? cat("last ", age_text(clock.wall - *looked), " ago") : std::string{"never"};
    if (clock.wall - TRY(expected_since(facts, clock)) <= limit)
        return info(cat(last, "; the first look is due"));
    return fail(cat(last, look.note.empty() ? "" : cat(": ", escaped(look.note, 120))));
}

// Containers that ran already when the detector looked, and that it knows nothing of.
static Result<std::vector<std::string>> unseen(const Facts& facts, const MinerState& state)
{
    constexpr std::size_t seconds = 19; // "2026-11-22T08:15:00", without fraction and zone
    std::vector<std::string> names;
    for (const auto& details : TRY(facts.once(inspected_containers)))
        if (details.started_at.substr(0, seconds) < state.look.time.substr(0, seconds) &&
            !state.tracks.contains(details.container.id))
            names.push_back(escaped(details.container.name, 40));
    return names;
}

static Result<Outcome> sees_containers(const Facts& facts)
{
    const auto state = TRY(facts.once(detector_state));
    if (state.look.time.empty())
        return Error{ErrorKind::NotFound, "it has not looked yet", {}};
    if (state.look.unknown > 0)
        return fail(cat("the use of ", std::to_string(state.look.unknown), " of ",
                        std::to_string(state.look.containers), " could not be read"));
    const auto missed = TRY(unseen(facts, state));
    if (!missed.empty())
        return fail(cat("not seen: ", join(missed, ", ")));
    return pass(cat(std::to_string(state.look.containers), " containers"));
}

static std::vector<Check> watching_checks()
{
    using enum Severity;
    return {
        {.id = "detector.scheduled",
         .group = group,
         .title = "Miner detection cron configured",
         .severity = High,
         .remedy = apply,
         .why = "What nobody starts sees nothing. The cron entry, that it is root's alone and that "
                "a cron daemon runs; or the systemd timer.",
         .look = scheduled},
        {.id = "detector.installed",
         .group = group,
         .title = "detect-miners is executable",
         .severity = High,
         .remedy = apply,
         .why = "cron says nothing where the program is not there, and whoever can write it is "
                "root. The file, its mode and its owner.",
         .look = executable},
        {.id = "detector.ran-recently",
         .group = group,
         .title = "Miner detection ran recently and succeeded",
         .severity = Critical,
         .remedy = "harden detect-miners, and see /var/log/miner-detection.log",
         .why = "An entry in cron is not a run. The time of the last look that succeeded, from the "
                "state that it leaves, and what systemd says of its last run.",
         .look = ran_recently},
        {.id = "detector.sees-containers",
         .group = group,
         .title = "Miner detection could see the containers",
         .severity = High,
         .remedy = "harden detect-miners",
         .why = "A look that could not read a container's use is blind to it. What the last look "
                "knows of, against the containers that ran then.",
         .look = sees_containers},
        {.id = "detector.would-fire",
         .group = group,
         .title = "Miner detection fires on a burner",
         .severity = High,
         .level = Level::Behaviour,
         .profile = Profile::Strict,
         .remedy = "see [verdicts] and [sustained] in /etc/harden/miners.toml",
         .map = {},
         .why =
             "A threshold above a container's quota never fires. With --probe a container with a "
             "quarter of a processor burns for two seconds, and the detector's own rules judge "
             "its real counters as if it went on.",
         .look = detector_would_fire},
    };
}

static std::vector<Check> freshness_checks()
{
    using enum Severity;
    return {
        {.id = "detector.alerts-delivered",
         .group = group,
         .title = "Alerts leave the node",
         .severity = Medium,
         .profile = Profile::Full,
         .remedy = "see to what carries /var/log/miner-detection.log away",
         .why = "A log that stays on the node is read by whoever took it over. The time of the "
                "file that delivery_record of verify.toml names, which is touched "
                "after each delivery.",
         .look = alerts_are_delivered},
        {.id = "detector.verified-recently",
         .group = group,
         .title = "The node was verified within a day",
         .severity = Medium,
         .profile = Profile::Strict,
         .remedy = "systemctl enable --now harden-verify.timer",
         .why = "A node drifts from what it was when it was set up. The time of the report that "
                "harden-verify.service leaves.",
         .look = verified_recently},
        {.id = "detector.runtime-monitoring",
         .group = group,
         .title = "Runtime monitoring is connected where configured",
         .severity = Medium,
         .remedy = "systemctl restart falco, or start what reads gVisor's events",
         .why = "gVisor drops the events that nobody reads. The sockets of the session files in "
                "the daemon's runtimeArgs, and Falco's process where it is set up.",
         .look = monitoring_is_connected},
        {.id = "detector.rollback-possible",
         .group = group,
         .title = "The previous configuration is kept",
         .severity = Low,
         .level = Level::Config,
         .remedy = "harden tx list",
         .why = "Without what was there before a change there is no way back from it. The record "
                "and the saved files of the last transaction of each kind.",
         .look = rollback_is_possible},
    };
}

std::vector<Check> detector_checks()
{
    auto all = watching_checks();
    for (auto& check : freshness_checks())
        all.push_back(std::move(check));
    return all;
}

}
