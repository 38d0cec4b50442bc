#pragma once

#include "usage/ring.h"

namespace harden {

inline constexpr std::size_t kept_flows = 64; // at most, a container

// A connection that was there at the last look, and how long it has been.
struct KnownFlow {
    Flow flow;
    std::chrono::nanoseconds since{}; // since boot, when it was first seen
};

// A pool's words that were seen in it.
struct Words {
    bool stratum = false;
    bool pool_name = false;
    bool operator==(const Words&) const = default;
};

// What was done about a container, and what is about to be.
struct Standing {
    std::string verdict; // of the last looks in a row: "suspect", "miner", or empty …
    int confirmed = 0;   // how many of them there were
    int score = 0;       // with the last of them
    std::chrono::nanoseconds stamp{}; // of the sample that was last counted: none counts twice
    std::string told;                 // the verdict that a webhook has told of; empty: none
    std::string action;               // the last one that touched it: "limit", "pause", …
    std::string action_id;            // of the container that it touched
    std::string action_time;          // RFC 3339; empty: never
    bool is_pending = false;          // the action was begun, and nobody knows whether it was done
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
    Ring ring;                       // what is kept of its intervals
    std::vector<Interval> intervals; // the same while it is judged, oldest first
    std::vector<KnownFlow> flows;
    Words words;           // at the last look that measured
    std::string hot_since; // RFC 3339; empty while it is not hot
    std::string verdict;   // of the last look
    int score = 0;
    Standing standing;
};

}
