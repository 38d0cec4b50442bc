#include "checks/probe_parts.h"

#include "checks/canary_facts.h"

#include <algorithm>
#include <array>

namespace harden {

using Role = PlannedCanary::Role;

static constexpr auto default_network = "bridge";

// The canary in a plain container of Docker's; an Error where there is none.
static Result<const SeenCanary*> plain_canary(const CanaryRound& round)
{
    for (const auto& canary : round.all)
        if (canary.plan.role == Role::Ask && !canary.plan.is_gvisor)
            return asked_canary(round, canary.plan.runtime);
    return Error{ErrorKind::NotFound, "there is no runtime without a sandbox to ask", {}};
}

// Where the default is a sandbox, its process holds for all that is in it.
static Result<Outcome> no_new_privileges(const Facts& facts)
{
    const auto round = TRY(facts.once(canary_round));
    const auto& canary = *TRY(asked_of_default(round));
    const auto& told = canary.outside.no_new_privileges;
    if (told.empty())
        return Error{ErrorKind::Failed, "the canary's process could not be looked at", {}};
    const auto what =
        cat("a new container of ", name_of(canary), " has NoNewPrivs ", escaped(told, 8));
    return told == "1" ? pass(what) : fail(what);
}

static bool is_confining(std::string_view profile)
{
    return !profile.empty() && profile != "unconfined" &&
           profile.find("unconfined_t") == std::string_view::npos;
}

static Result<Outcome> confinement(const Facts& facts)
{
    const auto round = TRY(facts.once(canary_round));
    const auto& canary = *TRY(plain_canary(round));
    const auto& profile = canary.outside.confinement;
    return is_confining(profile)
               ? pass(cat("a new container is under ", escaped(profile, 60)))
               : fail(cat("a new container of ", name_of(canary), " is confined by no profile"));
}

// How one canary fared with another, whose port the node itself must have reached meanwhile.
static Result<CanaryAttempt> reached(const SeenCanary& canary, const SeenCanary& server)
{
    if (!server.sighting.problem.empty() || !server.sighting.answers_the_node)
        return Error{ErrorKind::Failed,
                     cat("the canary on ", escaped(server.plan.order.network, 40),
                         " does not answer the node either: ", server.sighting.problem),
                     {}};
    if (!canary.answers)
        return canary.answers.error();
    const auto attempt = attempt_of(*canary.answers, cat("reach-", server.sighting.address));
    if (!attempt)
        return Error{ErrorKind::Failed,
                     cat("the canary on ", escaped(canary.plan.order.network, 40),
                         " did not tell: ", canary.sighting.problem),
                     {}};
    return *attempt;
}

static Result<Outcome> inter_container(const Facts& facts)
{
    const auto round = TRY(facts.once(canary_round));
    const auto* server = serving(round, default_network);
    if (server == nullptr)
        return Error{ErrorKind::Failed, "no canary served on the default bridge", {}};
    const auto attempt = TRY(reached(*TRY(asked_of_default(round)), *server));
    const auto what = cat("one container to another on the default bridge: ", attempt.what,
                          ", the node to it: open");
    return attempt.was_allowed ? fail(what) : pass(what);
}

// Each canary that asks against each network but its own.
static Result<Outcome> network_isolation(const Facts& facts)
{
    const auto round = TRY(facts.once(canary_round));
    int tried = 0;
    for (const auto& canary : round.all) {
        const bool asks = canary.plan.role == Role::Network ||
                          (canary.plan.role == Role::Ask && canary.plan.is_default);
        for (const auto& server : round.all) {
            if (!asks || server.plan.role != Role::Serve ||
                server.plan.order.network == canary.plan.order.network)
                continue;
            ++tried;
            if (TRY(reached(canary, server)).was_allowed)
                return fail(cat("a container on ", escaped(canary.plan.order.network, 40),
                                " reaches one on ", escaped(server.plan.order.network, 40)));
        }
    }
    if (tried == 0)
        return not_applicable("there is one network of containers only");
    return pass(cat(std::to_string(tried), " ways between networks are closed, and the node "
                                           "reaches all of them"));
}

// "1024 4096"; -1 is without a limit.
static Result<std::vector<long long>> limit_of(const SeenCanary& canary, std::string_view key)
{
    std::vector<long long> limits;
    for (const auto word : split(canary.answers->value(key), ' '))
        if (const auto number = to_number(word))
            limits.push_back(*number);
    if (limits.size() != 2)
        return Error{ErrorKind::Failed,
                     cat("the canary in ", name_of(canary), " did not tell its ", key),
                     {}};
    return limits;
}

static std::string limit_text(long long limit)
{
    return limit < 0 ? "without limit" : std::to_string(limit);
}

static Result<Outcome> default_ulimits(const Facts& facts)
{
    constexpr long long most_files = 1'048'576;
    const auto round = TRY(facts.once(canary_round));
    const auto& canary = *TRY(asked_of_default(round));
    const auto files = TRY(limit_of(canary, "limit-files")).back();
    const auto core = TRY(limit_of(canary, "limit-core")).back();
    const auto what =
        cat("a new container has nofile ", limit_text(files), ", core ", limit_text(core));
    return files < 0 || files > most_files || core != 0 ? fail(what) : pass(what);
}

// What the node's kernel answers to a plain container, and has been an escape.
static Result<Outcome> known_escapes(const Facts& facts)
{
    static constexpr std::array ways{"try-crypto-socket", "try-io-uring",     "try-user-namespace",
                                     "try-mount",         "try-host-disk",    "try-chroot-escape",
                                     "try-kernel-memory", "try-core-pattern", "try-power-switch",
                                     "try-engine-socket"};
    const auto round = TRY(facts.once(canary_round));
    const auto& canary = *TRY(plain_canary(round));
    for (const auto* key : ways)
        if (TRY(tried_in(canary, key)).was_allowed)
            return fail(cat(std::string_view{key}.substr(4), " is open to a new container of ",
                            name_of(canary)));
    return pass(cat(std::to_string(ways.size()), " ways out are refused to a new container of ",
                    name_of(canary)));
}

static Result<Outcome> core_dumps(const Facts& facts)
{
    const auto round = TRY(facts.once(canary_round));
    const auto& canary = *TRY(plain_canary(round));
    const auto core = TRY(limit_of(canary, "limit-core")).back();
    const auto what = cat("a new container may write cores of ", limit_text(core), " bytes");
    const auto pattern = facts.host().read("/proc/sys/kernel/core_pattern");
    const bool is_pipe = !pattern || pattern->starts_with('|');
    return core != 0 && is_pipe ? fail(what) : pass(what);
}

std::span<const ProbePart> probe_parts()
{
    static constexpr std::array<ProbePart, 7> parts{{
        {"docker.no-new-privileges", no_new_privileges},
        {"docker.mandatory-access-control", confinement},
        {"docker.inter-container", inter_container},
        {"docker.network-isolation", network_isolation},
        {"docker.default-ulimits", default_ulimits},
        {"kernel.known-escapes", known_escapes},
        {"kernel.core-dumps", core_dumps},
    }};
    return parts;
}

static Result<Outcome> judged_both_ways(const Result<Outcome>& without, Result<Outcome> part)
{
    if (without && without->verdict == Verdict::Fail)
        return without;
    if (part && part->verdict == Verdict::Fail) {
        part->reached = Level::Behaviour;
        return part;
    }
    if (!without || without->verdict != Verdict::Pass)
        return without;
    if (!part)
        return part;
    if (part->verdict != Verdict::Pass)
        return without;
    auto both = *without;
    both.evidence = cat(both.evidence, "; ", part->evidence);
    both.reached = Level::Behaviour;
    return both;
}

Check with_probe(Check check)
{
    const auto parts = probe_parts();
    const auto part = std::ranges::find(parts, check.id, &ProbePart::id);
    if (part == parts.end())
        return check;
    check.look = [without = std::move(check.look),
                  look = part->look](const Facts& facts) -> Result<Outcome> {
        auto outcome = without(facts);
        if (!is_probing(facts))
            return outcome;
        return judged_both_ways(outcome, look(facts));
    };
    return check;
}

}
