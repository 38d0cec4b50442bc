#pragma once

#include "usage/miner_rules.h"
#include "usage/track.h"

namespace harden {

// Where a life that began at `started` began to count: at nothing.
Sample birth(const Sample& now, std::chrono::nanoseconds started);

// Takes a sample into a track. The interval that it ends, or none: a baseline, too soon after the
// last one, or not to be measured now, in which case the next one measures that time too.
std::optional<Interval> extend(Track& track, const Sample& sample, const MinerRules& rules);

// Connections seen at this look, with how long each has been.
void note_flows(Track& track, const std::optional<std::vector<Flow>>& seen,
                std::chrono::nanoseconds now);

// Intervals of which a rule counts single ones; what is older may be joined.
std::size_t judged_one_by_one(const MinerRules& rules);

}
