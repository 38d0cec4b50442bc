#pragma once

#include "usage/track.h"

#include <map>

namespace harden {

inline constexpr auto miner_state_file = "/var/lib/harden/miners.state";
inline constexpr auto miner_lock_file = "/var/lib/harden/miners.lock"; // one look at a time
inline constexpr auto miner_log_file = "/var/log/miner-detection.log";

// How a look went.
struct LookSummary {
    std::string time;   // RFC 3339; empty: there was none yet
    int containers = 0; // running when it looked
    int measured = 0;   // with an interval to judge
    int unknown = 0;    // whose use could not be read
    int flagged = 0;    // suspect or miner
    int unowned = 0;    // groups that belong to no container
    double milliseconds = 0;
    std::string note;
};

// Counted over all looks, for those who watch by graphs.
struct Totals {
    std::uint64_t looks = 0;
    std::map<std::string, std::uint64_t, std::less<>> actions; // by name
    std::vector<std::string> ended; // RFC 3339: when containers were stopped or killed, this day
};

struct MinerState {
    std::string boot;
    LookSummary look;
    Totals totals;
    using Tracks = std::map<std::string, Track, std::less<>>;
    Tracks tracks;   // by a container's whole id
    Tracks departed; // the same, of those that went: who comes in their place inherits
    Tracks unowned;  // by path
};

// The text of a state: three kinds of lines, of which docs/detect-miners.md tells. What is not one,
// whole and unharmed, is ErrorKind::Malformed; one of an older version is Unsupported.
Result<MinerState> parse_miner_state(std::string_view text);
std::string render_miner_state(const MinerState& state);
// Lines of a state behind the one that holds their sum.
std::string with_sum(std::string_view body);

// The state on disk. Where there is none or it is damaged it is empty, with a note that says so.
Result<MinerState> read_miner_state(const Host& host);

}
