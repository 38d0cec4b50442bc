#include "usage/interval.h"

#include "usage/traffic.h"

#include <algorithm>

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
static std::optional<double> crowded_out(const Counters& before, const Counters& after)
{
    constexpr double microseconds = 1e6;
    const auto stalled = grown(before.stalled_us, after.stalled_us);
    const auto own_fault = grown(before.throttled_us, after.throttled_us);
    if (!stalled || !own_fault)
        return std::nullopt;
    return std::max(0.0, *stalled - *own_fault) / microseconds;
}

// Where the quota was changed meanwhile the greater one counts: nobody is hot by our decision.
static std::optional<double> quota(const Counters& before, const Counters& after)
{
    if (!after.quota || *after.quota <= 0)
        return std::nullopt;
    return std::max(before.quota.value_or(0), *after.quota);
}

static void measure_processors(Interval& interval, const Counters& was, const Counters& now)
{
    constexpr double nanoseconds = 1e9;
    if (const auto used = grown(was.cpu_ns, now.cpu_ns))
        interval.cpu_seconds = *used / nanoseconds;
    interval.throttled = throttled_share(was, now);
    const auto waited = crowded_out(was, now);
    if (waited)
        interval.crowded = std::min(1.0, *waited / interval.seconds);
    // Use as a share of the quota. On a crowded host a busy container gets less than it asks for,
    // so the time that it was crowded out counts too.
    if (const auto allowed = quota(was, now); interval.cpu_seconds && allowed) {
        const auto wanted = *interval.cpu_seconds + waited.value_or(0);
        interval.demand = std::clamp(wanted / interval.seconds / *allowed, 0.0, 1.0);
    }
}

static void measure_traffic(Interval& interval, const std::optional<Traffic>& was,
                            const std::optional<Traffic>& now)
{
    const auto grown_by = growth_between(was, now);
    if (!grown_by)
        return;
    interval.sent_bytes = static_cast<double>(grown_by->sent_bytes);
    interval.received_bytes = static_cast<double>(grown_by->received_bytes);
    interval.sent_packets = static_cast<double>(grown_by->sent_packets);
    interval.received_packets = static_cast<double>(grown_by->received_packets);
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
    Interval interval{.seconds = std::chrono::duration<double>(after.stamp - before.stamp).count()};
    measure_processors(interval, was, now);
    measure_traffic(interval, before.traffic, after.traffic);
    // The policy forgets hits after a day: what is less than before has been counted anew.
    if (before.refused && after.refused)
        interval.refused = static_cast<double>(
            *after.refused < *before.refused ? *after.refused : *after.refused - *before.refused);
    if (now.memory_bytes)
        interval.memory_bytes = static_cast<double>(*now.memory_bytes);
    interval.gpu = after.gpu;
    return interval;
}

}
