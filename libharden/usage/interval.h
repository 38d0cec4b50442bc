#pragma once

#include "usage/observation.h"

namespace harden {

// One container at one look.
struct Sample {
    std::uint64_t inode = 0;          // of its control group
    std::chrono::nanoseconds stamp{}; // since boot, also while suspended; 0: never taken
    Counters counters;
    std::optional<Traffic> traffic;
    std::optional<std::uint64_t> refused;
    std::optional<double> gpu; // share of the devices' time at that instant
};

// What a container did between two looks. What could not be read is absent.
struct Interval {
    double seconds = 0;
    std::optional<double> cpu_seconds;
    std::optional<double> demand;    // of its quota, waiting for a crowded host included: 0 to 1
    std::optional<double> throttled; // share of the quota's periods
    std::optional<double> crowded;   // share of the time in which others kept it from a processor
    std::optional<double> sent_bytes;
    std::optional<double> received_bytes;
    std::optional<double> sent_packets;
    std::optional<double> received_packets;
    std::optional<double> refused;      // packets
    std::optional<double> memory_bytes; // at its end
    std::optional<double> gpu;          // share of the devices' time at its end
};

// None where the two samples are not of one life of one container: the later one is a baseline.
std::optional<Interval> interval_between(const Sample& before, const Sample& after);

}
