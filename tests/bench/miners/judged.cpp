#include "judged.h"

#include <algorithm>
#include <array>

namespace harden::offline {

bool seed_flags(const Trace& trace)
{
    constexpr double threshold = 90;
    constexpr std::array<std::string_view, 4> exempt{"traefik", "coolify", "cadvisor", "alloy"};
    const bool is_exempt = std::ranges::any_of(
        exempt, [&trace](std::string_view name) { return trace.name.starts_with(name); });
    return !is_exempt && std::ranges::any_of(trace.glances, [](const Glance& glance) {
        return glance.percent_of_core > threshold;
    });
}

static double minutes_since(const Trace& trace, const Glance& glance)
{
    constexpr double minutes_a_look = 5;
    return minutes_a_look * std::max(1, glance.number - trace.begins + 1);
}

static void note(Outcome& outcome, const Sighting& sighting, const Track& track, double minutes)
{
    constexpr int looks_to_confirm = 2;
    constexpr double sure = 0.9; // actions.confidence_to_end as shipped
    const auto& judgement = sighting.judgement;
    if (judgement.verdict > outcome.worst.verdict || judgement.score > outcome.worst.score)
        outcome.worst = judgement;
    if (is_flagged(judgement.verdict) && !outcome.minutes_to_suspicion)
        outcome.minutes_to_suspicion = minutes;
    if (judgement.verdict != MinerVerdict::Miner)
        return;
    if (!outcome.minutes_to_miner)
        outcome.minutes_to_miner = minutes;
    if (track.standing.confirmed < looks_to_confirm)
        return;
    outcome.is_confirmed = true;
    outcome.may_be_ended |= judgement.confidence >= sure && sighting.counters.stalled_us;
}

Outcome judged(const Trace& trace, const MinerRules& rules)
{
    Outcome outcome{.family = trace.family,
                    .has_hard_evidence = trace.has_hard_evidence,
                    .seed_flags = seed_flags(trace)};
    MinerState state;
    for (const auto& glance : trace.glances) {
        const EvidenceOf evidence_of =
            [&glance](const Observation& seen) -> std::optional<Evidence> {
            const auto found = glance.evidence.find(seen.container.id);
            return found == glance.evidence.end() ? std::nullopt : std::optional{found->second};
        };
        auto look = fold(glance.node, state, rules, evidence_of);
        for (const auto& sighting : look.sightings)
            note(outcome, sighting, look.next.tracks.at(sighting.container.id),
                 minutes_since(trace, glance));
        state = std::move(look.next);
    }
    return outcome;
}

}
