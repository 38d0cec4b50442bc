#include "usage/score.h"

#include "usage/terms.h"
#include "usage/window.h"

#include <algorithm>
#include <array>

namespace harden {

std::string_view name_of(MinerVerdict verdict)
{
    constexpr std::array<std::string_view, 5> names{"unknown", "ok", "watch", "suspect", "miner"};
    return names.at(static_cast<std::size_t>(verdict));
}

bool is_flagged(MinerVerdict verdict)
{
    return verdict == MinerVerdict::Suspect || verdict == MinerVerdict::Miner;
}

static int sum_of(const std::vector<Term>& terms)
{
    int sum = 0;
    for (const auto& term : terms)
        sum += term.points;
    return sum;
}

// How much of what a judgement wants could be read, each thing by its weight.
static double readable_share(const Suspicion& of)
{
    const auto& weight = of.rules.terms.confidence;
    const auto& now = of.now;
    const auto& probe = now.evidence;
    const std::array<std::pair<int, bool>, 6> wanted{{
        {weight.use, now.counters.cpu_ns && now.counters.quota},
        {weight.crowding, now.counters.stalled_us && now.counters.throttled_us},
        {weight.memory, now.counters.memory_bytes.has_value()},
        {weight.traffic, now.traffic.has_value()},
        {weight.flows, now.flows.has_value()},
        {weight.processes, !probe || probe->has_argv || probe->has_memory},
    }};
    int known = 0;
    int all = 0;
    for (const auto& [points, is_known] : wanted) {
        all += points;
        known += is_known ? points : 0;
    }
    return static_cast<double>(known) / all;
}

// Of a judgement by use, how much of the window there is; evidence that suffices by itself needs
// none.
static double confidence_of(const Suspicion& of, int evidence)
{
    const auto filled = evidence >= of.rules.verdicts.miner
                            ? 1.0
                            : std::min(1.0, static_cast<double>(heat_over(of.window()).known) /
                                                static_cast<double>(of.rules.window));
    return filled * readable_share(of);
}

static MinerVerdict verdict_for(int score, const MinerRules::Verdicts& least)
{
    if (score >= least.miner)
        return MinerVerdict::Miner;
    if (score >= least.suspect)
        return MinerVerdict::Suspect;
    return score >= least.watch ? MinerVerdict::Watch : MinerVerdict::Ok;
}

bool deserves_a_closer_look(const Track& track, const Observation& now, const MinerRules& rules)
{
    const Suspicion suspicion{track, now, rules};
    const bool is_hot = !track.intervals.empty() &&
                        heat_of(track.intervals.back()).value_or(0) >= rules.sustained.hot;
    return is_hot || sum_of(terms_of_use(suspicion)) > rules.terms.memory.points;
}

Judgement judge(const Track& track, const Observation& now, const MinerRules& rules)
{
    const Suspicion suspicion{track, now, rules};
    Judgement judgement{.terms = terms_of_use(suspicion)};
    const auto evidence = terms_of_evidence(suspicion);
    const auto convicting = sum_of(evidence);
    judgement.terms.insert(judgement.terms.end(), evidence.begin(), evidence.end());
    judgement.score = sum_of(judgement.terms);
    if (convicting < rules.verdicts.evidence_needed || !suspicion.is_working())
        judgement.score = std::min(judgement.score, rules.verdicts.ceiling);
    if (evidence.empty() && suspicion.is_brief())
        judgement.score = std::min(judgement.score, rules.terms.brief.ceiling);
    judgement.confidence = confidence_of(suspicion, convicting);
    judgement.verdict = verdict_for(judgement.score, rules.verdicts);
    if (judgement.verdict == MinerVerdict::Ok && (!now.counters.cpu_ns || !now.counters.quota))
        judgement.verdict = MinerVerdict::Unknown;
    return judgement;
}

}
