#pragma once

#include "usage/interval.h"

#include <string>
#include <vector>

namespace harden {

inline constexpr std::size_t kept_intervals = 288; // at most, a container: a day of looks
inline constexpr std::size_t kept_flows = 64;      // at most, a container

// A connection that was there at the last look, and how long it has been.
struct KnownFlow {
    Flow flow;
    std::chrono::nanoseconds since{}; // since boot, when it was first seen
};

// What was done about a container, and what is about to be.
struct Standing {
    int confirmed = 0;       // looks in a row that said "miner"
    std::string action;      // the last one: "none", "webhook", "pause", …
    std::string action_time; // RFC 3339; empty: never
};

// What is remembered of one container between looks. Its names are the tenant's: escape before
// printing.
struct Track {
    std::string name;
    std::string image_id;
    std::string owner;                  // value of the label that names it; empty: it has none
    std::string runtime;                // empty: nobody asked yet
    std::string group;                  // below the mount, where it is in no standard place
    std::chrono::nanoseconds started{}; // of its first process, since boot; 0: unknown
    std::chrono::nanoseconds left{};    // since boot, when it was first missed; 0: it is there
    Sample last;
    std::vector<Interval> intervals; // oldest first
    std::vector<KnownFlow> flows;
    std::string hot_since; // RFC 3339; empty while it is not hot
    std::string verdict;   // of the last look
    int score = 0;
    Standing standing;
};

}
