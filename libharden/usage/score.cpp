#include "usage/score.h"

#include "base/json_view.h"
#include "usage/number.h"

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

static std::span<const Interval> window_of(std::span<const Interval> intervals,
                                           const MinerRules& rules)
{
    const auto size = static_cast<std::size_t>(rules.window);
    return intervals.size() > size ? intervals.last(size) : intervals;
}

static int hot_intervals(std::span<const Interval> window, double hot)
{
    return static_cast<int>(
        std::count_if(window.begin(), window.end(),
                      [hot](const Interval& each) { return each.demand.value_or(0) >= hot; }));
}

static void add(std::vector<Term>& terms, std::string name, std::string value, int points)
{
    if (points > 0)
        terms.push_back({std::move(name), std::move(value), points});
}

static std::vector<Term> terms_of_use(std::span<const Interval> window, const MinerRules& rules)
{
    std::vector<Term> terms;
    const auto spread = spread_of_demand(window);
    const auto hot = hot_intervals(window, rules.sustained.hot);
    const auto is_whole = spread.known >= rules.window;
    if (hot >= rules.sustained.most)
        add(terms, "sustained", number(spread.mean, 3), rules.sustained.most_points);
    else if (hot >= rules.sustained.half)
        add(terms, "sustained", number(spread.mean, 3), rules.sustained.half_points);
    if (is_whole && spread.deviation < rules.steady.deviation && spread.mean >= rules.steady.from &&
        spread.mean < rules.steady.below)
        add(terms, "steady", number(spread.mean, 3), rules.steady.points);
    if (is_whole && spread.deviation < rules.flat.deviation && spread.mean >= rules.flat.from)
        add(terms, "flat", number(spread.deviation, 4), rules.flat.points);
    return terms;
}

static Term evidence_term(const Evidence& evidence, const MinerRules& rules)
{
    std::vector<std::string> seen;
    for (const auto& sign : evidence.seen)
        seen.push_back(sign.what);
    return {"evidence", json_quoted(join(seen, ", ")), rules.evidence.points};
}

// What could be read of what a judgement wants, and how much of the window there is.
static double confidence_of(std::span<const Interval> window, const Counters& now,
                            const std::optional<Evidence>& evidence, const MinerRules& rules)
{
    const std::array known{now.cpu_ns.has_value(),         now.quota.has_value(),
                           now.throttled.has_value(),      now.stalled_us.has_value(),
                           now.memory_bytes.has_value(),   now.pids.has_value(),
                           !evidence || evidence->has_argv};
    const auto inputs = std::count(known.begin(), known.end(), true);
    const auto filled = std::min(1.0, static_cast<double>(spread_of_demand(window).known) /
                                          static_cast<double>(rules.window));
    return filled * static_cast<double>(inputs) / static_cast<double>(known.size());
}

static MinerVerdict verdict_for(int score, const MinerRules::Verdicts& least)
{
    if (score >= least.miner)
        return MinerVerdict::Miner;
    if (score >= least.suspect)
        return MinerVerdict::Suspect;
    return score >= least.watch ? MinerVerdict::Watch : MinerVerdict::Ok;
}

bool deserves_a_closer_look(std::span<const Interval> intervals, const MinerRules& rules)
{
    const auto is_hot =
        !intervals.empty() && intervals.back().demand.value_or(0) >= rules.sustained.hot;
    return is_hot || !terms_of_use(window_of(intervals, rules), rules).empty();
}

Judgement judge(const Track& track, const Observation& seen, const MinerRules& rules)
{
    const auto& now = seen.counters;
    const auto& evidence = seen.evidence;
    const auto window = window_of(track.intervals, rules);
    Judgement judgement{.confidence = confidence_of(window, now, evidence, rules),
                        .terms = terms_of_use(window, rules)};
    int convicting = 0;
    if (evidence && !evidence->seen.empty()) {
        judgement.terms.push_back(evidence_term(*evidence, rules));
        convicting = rules.evidence.points;
    }
    for (const auto& term : judgement.terms)
        judgement.score += term.points;
    if (convicting < rules.verdicts.evidence_needed)
        judgement.score = std::min(judgement.score, rules.verdicts.ceiling);
    judgement.verdict = verdict_for(judgement.score, rules.verdicts);
    if (judgement.verdict == MinerVerdict::Ok && (!now.cpu_ns || !now.quota))
        judgement.verdict = MinerVerdict::Unknown;
    return judgement;
}

}
