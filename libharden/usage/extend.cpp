#include "usage/extend.h"

#include <algorithm>

namespace harden {

static std::optional<std::uint64_t> nothing(std::optional<std::uint64_t> count)
{
    return count ? std::optional<std::uint64_t>{0} : std::nullopt;
}

Sample birth(const Sample& now, std::chrono::nanoseconds started)
{
    const auto& counters = now.counters;
    Sample born{.inode = now.inode, .stamp = started};
    born.counters = {.cpu_ns = nothing(counters.cpu_ns),
                     .periods = nothing(counters.periods),
                     .throttled = nothing(counters.throttled),
                     .throttled_us = nothing(counters.throttled_us),
                     .stalled_us = nothing(counters.stalled_us),
                     .quota = counters.quota};
    if (now.traffic)
        born.traffic = Traffic{.links = now.traffic->links};
    return born;
}

static bool comes_too_soon(const Sample& before, const Sample& after, const MinerRules& rules)
{
    const auto passed = after.stamp - before.stamp;
    return before.stamp.count() != 0 && before.inode == after.inode && passed.count() >= 0 &&
           passed < rules.shortest_interval;
}

std::size_t judged_one_by_one(const MinerRules& rules)
{
    return static_cast<std::size_t>(
        std::max({rules.window, rules.terms.lasting.intervals, rules.bandwidth.rate.intervals}));
}

std::optional<Interval> extend(Track& track, const Sample& sample, const MinerRules& rules)
{
    if (comes_too_soon(track.last, sample, rules))
        return std::nullopt;
    const bool is_blind =
        !sample.counters.cpu_ns && track.last.counters.cpu_ns && track.last.inode == sample.inode;
    if (is_blind)
        return std::nullopt;
    const auto interval = interval_between(track.last, sample);
    track.last = sample;
    if (!interval)
        return std::nullopt;
    track.ring.add(*interval, judged_one_by_one(rules));
    return interval;
}

void note_flows(Track& track, const std::optional<std::vector<Flow>>& seen,
                std::chrono::nanoseconds now)
{
    if (!seen)
        return; // nobody could say: those that are known may be there still
    std::vector<KnownFlow> flows;
    for (const auto& known : track.flows)
        if (std::ranges::find(*seen, known.flow) != seen->end())
            flows.push_back(known);
    for (const auto& flow : *seen) {
        const bool is_known = std::ranges::any_of(
            flows, [&flow](const KnownFlow& each) { return each.flow == flow; });
        if (flows.size() < kept_flows && !is_known)
            flows.push_back({flow, now});
    }
    track.flows = std::move(flows);
}

}
