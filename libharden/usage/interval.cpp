#include "usage/interval.h"

#include <algorithm>
#include <cmath>

namespace harden {

using Count = std::optional<std::uint64_t>;

static bool went_back(const Count& before, const Count& after)
{
    return before && after && *after < *before;
}

static std::optional<double> grown(const Count& before, const Count& after)
{
    if (!before || !after)
        return std::nullopt;
    return static_cast<double>(*after - *before);
}

static std::optional<double> throttled_share(const Counters& before, const Counters& after)
{
    const auto periods = grown(before.periods, after.periods);
    const auto throttled = grown(before.throttled, after.throttled);
    if (!periods || !throttled)
        return std::nullopt;
    return *periods > 0 ? std::min(1.0, *throttled / *periods) : 0;
}

// Seconds in which a task waited for somebody else than its own quota: for a crowded host.
static double crowded_out(const Counters& before, const Counters& after)
{
    constexpr double microseconds = 1e6;
    const auto stalled = grown(before.stalled_us, after.stalled_us);
    const auto own_fault = grown(before.throttled_us, after.throttled_us);
    if (!stalled || !own_fault)
        return 0;
    return std::max(0.0, *stalled - *own_fault) / microseconds;
}

// Use as a share of the quota. On a crowded host a busy container gets less than it asks for, so
// the time that it was crowded out counts too.
static std::optional<double> demand(const Counters& before, const Counters& after,
                                    const Interval& interval)
{
    if (!interval.cpu_seconds || !after.quota || *after.quota <= 0)
        return std::nullopt;
    const auto wanted = *interval.cpu_seconds + crowded_out(before, after);
    return std::clamp(wanted / interval.seconds / *after.quota, 0.0, 1.0);
}

std::optional<Interval> interval_between(const Sample& before, const Sample& after)
{
    const auto& was = before.counters;
    const auto& now = after.counters;
    if (before.stamp.count() == 0 || before.inode != after.inode || after.stamp <= before.stamp ||
        went_back(was.cpu_ns, now.cpu_ns) || went_back(was.periods, now.periods) ||
        went_back(was.throttled, now.throttled) || went_back(was.throttled_us, now.throttled_us) ||
        went_back(was.stalled_us, now.stalled_us))
        return std::nullopt;
    constexpr double nanoseconds = 1e9;
    Interval interval{.seconds = std::chrono::duration<double>(after.stamp - before.stamp).count()};
    if (const auto used = grown(was.cpu_ns, now.cpu_ns))
        interval.cpu_seconds = *used / nanoseconds;
    interval.throttled = throttled_share(was, now);
    interval.demand = demand(was, now, interval);
    return interval;
}

Spread spread_of_demand(std::span<const Interval> intervals)
{
    Spread spread;
    double squares = 0;
    for (const auto& interval : intervals) {
        if (!interval.demand)
            continue;
        ++spread.known;
        const auto off = *interval.demand - spread.mean;
        spread.mean += off / spread.known;
        squares += off * (*interval.demand - spread.mean);
    }
    if (spread.known > 0)
        spread.deviation = std::sqrt(squares / spread.known);
    return spread;
}

}
