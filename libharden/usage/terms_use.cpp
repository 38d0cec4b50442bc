#include "usage/number.h"
#include "usage/terms.h"
#include "usage/window.h"

#include <algorithm>

namespace harden {

using Terms = std::vector<Term>;

static void add(Terms& terms, std::string name, std::string value, int points)
{
    if (points > 0)
        terms.push_back({std::move(name), std::move(value), points});
}

std::span<const Interval> Suspicion::window() const
{
    return newest(track.intervals, rules.window);
}

bool Suspicion::is_working() const
{
    const auto& least = rules.terms.working;
    const auto heat = heat_over(window());
    if (heat.known >= least.intervals && heat.mean >= least.from)
        return true;
    return !track.intervals.empty() &&
           heat_of(track.intervals.back()).value_or(0) >= rules.sustained.hot;
}

bool Suspicion::is_quiet() const
{
    const auto& rule = rules.terms.quiet;
    const auto talk = talk_over(window());
    return talk.known > 0 && talk.bytes_per_work() < rule.most &&
           talk.sent_per_second() >= rule.least &&
           talking_share(window(), rule.least) >= rule.talking;
}

bool Suspicion::is_brief() const
{
    const auto& rule = rules.terms.brief;
    const auto past = newest(track.intervals, rule.intervals);
    return hot_intervals(past, rules.terms.working.from) < rule.most;
}

static void add_sustained(Terms& terms, const Suspicion& of)
{
    const auto& rule = of.rules.sustained;
    const auto hot = hot_intervals(of.window(), rule.hot);
    const auto value = number(heat_over(of.window()).mean, 3);
    if (hot >= rule.most)
        add(terms, "sustained", value, rule.most_points);
    else if (hot >= rule.half)
        add(terms, "sustained", value, rule.half_points);
}

static bool is_crowded(const Interval& interval, const MinerRules& rules)
{
    return interval.crowded.value_or(0) >= rules.terms.crowded.from;
}

// Whether the traffic is known to be no miner's: too much for the work, or none
// at all for most of the time.
static bool talks_otherwise(std::span<const Interval> intervals, const MinerRules& rules)
{
    const auto& quiet = rules.terms.quiet;
    const auto talk = talk_over(intervals);
    return talk.known > 0 &&
           (talk.bytes_per_work() >= quiet.most || talk.sent_per_second() < quiet.least ||
            talking_share(intervals, quiet.least) < quiet.talking);
}

// How even use is says nothing where other containers make it uneven.
static void add_even(Terms& terms, const Suspicion& of)
{
    const auto window = of.window();
    const auto heat = heat_over(window);
    const bool has_crowd = std::ranges::any_of(
        window, [&of](const Interval& each) { return is_crowded(each, of.rules); });
    if (heat.known < of.rules.window || has_crowd)
        return;
    const auto& steady = of.rules.steady;
    if (heat.deviation < steady.deviation && heat.mean >= steady.from && heat.mean < steady.below &&
        !talks_otherwise(window, of.rules))
        add(terms, "steady", number(heat.mean, 3), steady.points);
    const auto& flat = of.rules.flat;
    if (heat.deviation < flat.deviation && heat.mean >= flat.from)
        add(terms, "flat", number(heat.deviation, 4), flat.points);
}

static void add_lasting(Terms& terms, const Suspicion& of)
{
    const auto& rule = of.rules.terms.lasting;
    const auto past = newest(of.track.intervals, rule.intervals);
    if (hot_intervals(past, of.rules.terms.working.from) < rule.most ||
        talks_otherwise(past, of.rules))
        return;
    add(terms, "lasting", std::to_string(past.size()), rule.points);
}

static bool has_half_a_window(const Suspicion& of)
{
    return heat_over(of.window()).known >= of.rules.terms.working.intervals;
}

static void add_quiet(Terms& terms, const Suspicion& of)
{
    if (has_half_a_window(of) && of.is_working() && of.is_quiet())
        add(terms, "quiet", number(talk_over(of.window()).bytes_per_work(), 1),
            of.rules.terms.quiet.points);
}

static std::chrono::seconds age_of(const KnownFlow& flow, const Suspicion& of)
{
    return std::chrono::duration_cast<std::chrono::seconds>(of.track.last.stamp - flow.since);
}

static void add_long_flow(Terms& terms, const Suspicion& of)
{
    const auto& rule = of.rules.terms.long_flow;
    const auto talk = talk_over(of.window());
    if (!of.now.flows || talk.known == 0 || !has_half_a_window(of) || !of.is_working() ||
        talk.sent_per_second() >= rule.most || talk.received_per_second() >= rule.most)
        return;
    std::chrono::seconds oldest{0};
    for (const auto& each : of.track.flows)
        if (each.flow.established)
            oldest = std::max(oldest, age_of(each, of));
    if (oldest >= rule.age)
        add(terms, "long_flow", std::to_string(oldest.count()), rule.points);
}

static void add_memory(Terms& terms, const Suspicion& of)
{
    constexpr double mebibyte = 1024.0 * 1024;
    const auto& rule = of.rules.terms.memory;
    double least = 0;
    double most = 0;
    int known = 0;
    for (const auto& each : of.window()) {
        if (!each.memory_bytes)
            continue;
        least = known == 0 ? *each.memory_bytes : std::min(least, *each.memory_bytes);
        most = std::max(most, *each.memory_bytes);
        ++known;
    }
    if (known < of.rules.window || most - least > rule.deviation * most)
        return;
    const auto held = most / mebibyte;
    if (std::ranges::any_of(rule.sizes, [held](const TermRules::Size& size) {
            return held >= size.least && held <= size.most;
        }))
        add(terms, "memory", number(held, 1), rule.points);
}

static void add_gpu(Terms& terms, const Suspicion& of)
{
    const auto& rule = of.rules.terms.gpu;
    const auto window = of.window();
    const bool is_whole = static_cast<int>(window.size()) >= of.rules.window;
    if (is_whole && std::ranges::all_of(window, [&rule](const Interval& each) {
            return each.gpu && *each.gpu >= rule.from && each.demand && *each.demand < rule.below;
        }))
        add(terms, "gpu", number(*window.back().gpu, 3), rule.points);
}

Terms terms_of_use(const Suspicion& of)
{
    Terms terms;
    add_sustained(terms, of);
    add_even(terms, of);
    add_lasting(terms, of);
    add_quiet(terms, of);
    add_long_flow(terms, of);
    add_memory(terms, of);
    add_gpu(terms, of);
    return terms;
}

}
