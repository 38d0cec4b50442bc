#include "usage/window.h"

#include <algorithm>
#include <cmath>

namespace harden {

std::span<const Interval> newest(std::span<const Interval> intervals, int count)
{
    const auto size = static_cast<std::size_t>(count);
    return intervals.size() > size ? intervals.last(size) : intervals;
}

std::optional<double> heat_of(const Interval& interval)
{
    if (!interval.demand && !interval.gpu)
        return std::nullopt;
    return std::clamp(std::max(interval.demand.value_or(0), interval.gpu.value_or(0)), 0.0, 1.0);
}

Heat heat_over(std::span<const Interval> intervals)
{
    Heat heat;
    double squares = 0;
    for (const auto& interval : intervals) {
        const auto one = heat_of(interval);
        if (!one)
            continue;
        ++heat.known;
        const auto off = *one - heat.mean;
        heat.mean += off / heat.known;
        squares += off * (*one - heat.mean);
    }
    if (heat.known > 0)
        heat.deviation = std::sqrt(squares / heat.known);
    return heat;
}

int hot_intervals(std::span<const Interval> intervals, double hot)
{
    return static_cast<int>(std::ranges::count_if(
        intervals, [hot](const Interval& each) { return heat_of(each).value_or(0) >= hot; }));
}

double Talk::bytes_per_work() const
{
    constexpr double least_work = 1e-3;
    return (sent + received) / std::max(work, least_work);
}

Talk talk_over(std::span<const Interval> intervals)
{
    Talk talk;
    for (const auto& each : intervals) {
        if (!each.sent_bytes || !each.received_bytes || !heat_of(each))
            continue;
        ++talk.known;
        talk.seconds += each.seconds;
        talk.sent += *each.sent_bytes;
        talk.received += *each.received_bytes;
        talk.work += each.cpu_seconds.value_or(0) + each.gpu.value_or(0) * each.seconds;
    }
    return talk;
}

double talking_share(std::span<const Interval> intervals, double least)
{
    int known = 0;
    int talking = 0;
    for (const auto& each : intervals) {
        known += each.sent_bytes ? 1 : 0;
        talking += each.sent_bytes && *each.sent_bytes >= least * each.seconds ? 1 : 0;
    }
    return known > 0 ? static_cast<double>(talking) / known : 0;
}

}
