#pragma once

#include "usage/counters.h"

#include <chrono>
#include <span>

namespace harden {

// One container at one look.
struct Sample {
    std::uint64_t inode = 0;          // of its control group
    std::chrono::nanoseconds stamp{}; // since boot, also while suspended; 0: never taken
    Counters counters;
};

// What a container did between two looks.
struct Interval {
    double seconds = 0;
    std::optional<double> cpu_seconds;
    std::optional<double> demand;    // of its quota: 0 to 1
    std::optional<double> throttled; // share of the quota's periods
};

// None where the two samples are not of one life of one container: the later one is a baseline.
std::optional<Interval> interval_between(const Sample& before, const Sample& after);

struct Spread {
    int known = 0;
    double mean = 0;
    double deviation = 0;
};
Spread spread_of_demand(std::span<const Interval> intervals);

}
