#pragma once

#include "usage/score.h"

namespace harden {

// The newest intervals that are judged together, and what is known of them as a whole.
std::span<const Interval> newest(std::span<const Interval> intervals, int count);

// How much of what it may use a container used, of processors or of GPUs; none: neither is known.
std::optional<double> heat_of(const Interval& interval);

struct Heat {
    int known = 0; // intervals
    double mean = 0;
    double deviation = 0;
};
Heat heat_over(std::span<const Interval> intervals);
int hot_intervals(std::span<const Interval> intervals, double hot);

// What a container said and heard, over the intervals of which that is known.
struct Talk {
    double seconds = 0;
    double sent = 0; // bytes
    double received = 0;
    double work = 0; // seconds of processors and GPUs
    int known = 0;   // intervals

    double bytes_per_work() const;
    double sent_per_second() const { return seconds > 0 ? sent / seconds : 0; }
    double received_per_second() const { return seconds > 0 ? received / seconds : 0; }
};
Talk talk_over(std::span<const Interval> intervals);
// The share of the known ones that sent so many bytes a second at least.
double talking_share(std::span<const Interval> intervals, double least);

}
