#include "checks/probe_detector.h"

#include "checks/canary_facts.h"
#include "checks/verify_rules.h"
#include "usage/score.h"

#include <cmath>

namespace harden {

using Role = PlannedCanary::Role;

static Result<const SeenCanary*> burning(const CanaryRound& round)
{
    for (const auto& canary : round.all)
        if (canary.plan.role == Role::Burn) {
            if (!canary.sighting.problem.empty())
                return Error{
                    ErrorKind::Failed, cat("the canary that burns: ", canary.sighting.problem), {}};
            return &canary;
        }
    return Error{ErrorKind::NotFound, "no canary burned", {}};
}

// From the first look to the last.
static Result<Interval> measured(const SeenBurner& burner)
{
    const auto interval = burner.samples.size() < 2
                              ? std::nullopt
                              : interval_between(burner.samples.front(), burner.samples.back());
    if (!interval || !interval->demand)
        return Error{ErrorKind::Failed,
                     cat("the use of the canary that burns could not be read",
                         burner.problem.empty() ? "" : ": ", burner.problem),
                     {}};
    return *interval;
}

static std::string percent(double share)
{
    return cat(std::to_string(std::lround(share * 100)), " %");
}

Result<Outcome> detector_would_fire(const Facts& facts)
{
    if (!is_probing(facts))
        return not_tried();
    const auto round = TRY(facts.once(canary_round));
    const auto& canary = *TRY(burning(round));
    const auto settings = TRY(miner_settings(facts.host()));
    const auto rules = TRY(parse_miner_rules(settings));
    const auto seen = TRY(measured(round.burner));
    // As if it went on: over minutes the mean of every interval is the same.
    const Track track{.intervals{static_cast<std::size_t>(rules.window), seen}};
    const auto demand = *seen.demand;
    if (demand < rules.sustained.hot)
        return Error{ErrorKind::Failed,
                     cat("the canary got only ", percent(demand),
                         " of its quota: the node is too busy to tell"),
                     {}};
    const Observation now{.counters = round.burner.samples.back().counters,
                          .evidence = round.burner.evidence};
    const auto judgement = judge(track, now, rules);
    const auto interval = TRY(facts.once(verify_rules)).detector.interval;
    const auto what = cat(
        "at ", percent(demand), " of 0.25 processors for ",
        std::to_string((interval * rules.window).count()), " minutes a burner of ", name_of(canary),
        " is \"", name_of(judgement.verdict), "\", ", std::to_string(judgement.score), " points");
    if (is_flagged(judgement.verdict))
        return pass(what);
    if (judgement.verdict == MinerVerdict::Watch)
        return info(cat(what, ": logged, not flagged; the node cannot see a sandbox's processes"));
    return fail(what);
}

}
