#include "checks/canary_facts.h"

#include "checks/canary_outside.h"
#include "checks/docker_facts.h"

#include <algorithm>

namespace harden {

using Role = PlannedCanary::Role;

static constexpr auto control = "try-inet-socket"; // what every container may do

bool is_probing(const Facts& facts)
{
    return static_cast<bool>(facts.probes().canaries);
}

Outcome not_tried()
{
    auto outcome = info("not tried; harden verify --probe starts containers");
    outcome.reached = Level::Effective;
    return outcome;
}

static void set_visits(const Facts& facts, CanaryRound& round)
{
    for (auto& canary : round.all) {
        const auto role = canary.plan.role;
        if (role == Role::Ask)
            canary.plan.order.visit = [&facts, &canary](const ContainerDetails& details) {
                canary.outside = seen_from_outside(facts.host(), details);
            };
        if (role == Role::Burn)
            canary.plan.order.visit = [&facts, &round](const ContainerDetails& details) {
                look_at_burner(facts, details, round.burner);
            };
    }
}

Result<CanaryRound> canary_round(const Facts& facts)
{
    if (!is_probing(facts))
        return Error{ErrorKind::Unsupported, "no container was started", {}};
    const auto info = TRY(facts.once(docker_info));
    const auto gvisor = TRY(facts.once(gvisor_runtimes));
    const auto networks = TRY(facts.once(docker_networks));
    CanaryRound round;
    for (auto& planned : plan_canaries(info, gvisor, networks))
        round.all.push_back({.plan = std::move(planned), .sighting = {}, .outside = {}});
    set_visits(facts, round);
    std::vector<CanaryOrder> orders;
    for (const auto& canary : round.all)
        orders.push_back(canary.plan.order);
    auto seen = TRY(facts.probes().canaries(orders));
    for (std::size_t i = 0; i < std::min(seen.size(), round.all.size()); ++i) {
        auto& canary = round.all[i];
        canary.sighting = std::move(seen[i]);
        canary.answers = parse_canary_answers(canary.sighting.answer);
        canary.plan.order.visit = nullptr; // what it refers to is about to move
    }
    return round;
}

const SeenCanary* serving(const CanaryRound& round, std::string_view network)
{
    const auto found = std::ranges::find_if(round.all, [&](const SeenCanary& canary) {
        return canary.plan.role == PlannedCanary::Role::Serve &&
               canary.plan.order.network == network;
    });
    return found == round.all.end() ? nullptr : &*found;
}

std::string name_of(const SeenCanary& canary)
{
    return escaped(canary.plan.runtime, 40);
}

static Error silent(const SeenCanary& canary)
{
    const auto why = !canary.sighting.problem.empty() ? canary.sighting.problem
                     : !canary.answers
                         ? canary.answers.error().message
                         : cat("it ended with status ", std::to_string(canary.sighting.status),
                               " before it had told all");
    return {ErrorKind::Failed, cat("the canary in ", name_of(canary), ": ", why), {}};
}

static Result<const SeenCanary*> complete(const SeenCanary& canary)
{
    if (!canary.answers || !canary.answers->was_ready)
        return silent(canary);
    return &canary;
}

Result<const SeenCanary*> asked_canary(const CanaryRound& round, std::string_view runtime)
{
    for (const auto& canary : round.all)
        if (canary.plan.role == Role::Ask && canary.plan.runtime == runtime)
            return complete(canary);
    return Error{ErrorKind::NotFound, cat("no canary ran in ", escaped(runtime, 40)), {}};
}

Result<const SeenCanary*> asked_of_default(const CanaryRound& round)
{
    for (const auto& canary : round.all)
        if (canary.plan.role == Role::Ask && canary.plan.is_default)
            return complete(canary);
    return Error{ErrorKind::NotFound, "no canary ran in the default runtime", {}};
}

Result<CanaryAttempt> tried_in(const SeenCanary& canary, std::string_view key)
{
    if (!canary.answers)
        return silent(canary);
    const auto allowed = attempt_of(*canary.answers, control);
    if (!allowed || !allowed->was_allowed)
        return Error{ErrorKind::Failed,
                     cat("the canary in ", name_of(canary),
                         " could not even make a plain socket, so a refusal says nothing"),
                     {}};
    const auto attempt = attempt_of(*canary.answers, key);
    if (!attempt)
        return Error{ErrorKind::Failed,
                     cat("the canary in ", name_of(canary), " told nothing of ", key),
                     {}};
    return *attempt;
}

}
