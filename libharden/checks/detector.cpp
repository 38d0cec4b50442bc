#include "checks/check.h"
#include "checks/detector_facts.h"

namespace harden {

static constexpr auto group = "Miner Detection";
static constexpr auto setup = "harden setup";

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

std::vector<Check> detector_checks()
{
    return {
        {.id = "detector.scheduled",
         .group = group,
         .title = "Miner detection cron configured",
         .severity = Severity::High,
         .remedy = setup,
         .look = scheduled},
        {.id = "detector.installed",
         .group = group,
         .title = "detect-miners is executable",
         .severity = Severity::High,
         .remedy = setup,
         .look = executable},
    };
}

}
