#include "base/time.h"
#include "checks/check.h"
#include "checks/detector_facts.h"
#include "checks/docker_facts.h"
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

static std::string minutes_text(std::chrono::system_clock::duration time)
{
    return cat(std::to_string(std::chrono::floor<std::chrono::minutes>(time).count()), " min");
}

// Nobody could have looked before the schedule was made, or before the node came up.
static Result<TimePoint> expected_since(const Facts& facts, const Clock& clock)
{
    const auto booted =
        clock.wall -
        std::chrono::duration_cast<std::chrono::system_clock::duration>(clock.since_boot);
    return std::max(TRY(facts.once(detector_schedule)).since, booted);
}

static Result<Outcome> ran_recently(const Facts& facts)
{
    const auto timing = TRY(facts.once(verify_rules)).detector;
    const auto clock = TRY(facts.host().now());
    const auto limit = timing.interval * timing.late_after_intervals;
    const auto look = TRY(facts.once(detector_state)).look;
    const auto looked = from_rfc3339(look.time);
    if (looked && clock.wall - *looked <= limit)
        return pass(cat(minutes_text(clock.wall - *looked), " ago"));
    const auto last =
        looked ? cat("last ", minutes_text(clock.wall - *looked), " ago") : std::string{"never"};
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

std::vector<Check> detector_checks()
{
    return {
        {.id = "detector.scheduled",
         .group = group,
         .title = "Miner detection cron configured",
         .severity = Severity::High,
         .remedy = apply,
         .look = scheduled},
        {.id = "detector.installed",
         .group = group,
         .title = "detect-miners is executable",
         .severity = Severity::High,
         .remedy = apply,
         .look = executable},
        {.id = "detector.ran-recently",
         .group = group,
         .title = "Miner detection ran recently and succeeded",
         .severity = Severity::Critical,
         .remedy = "harden detect-miners, and see /var/log/miner-detection.log",
         .look = ran_recently},
        {.id = "detector.sees-containers",
         .group = group,
         .title = "Miner detection could see the containers",
         .severity = Severity::High,
         .remedy = "harden detect-miners",
         .look = sees_containers},
        {.id = "detector.would-fire",
         .group = group,
         .title = "Miner detection fires on a burner",
         .severity = Severity::High,
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

}
