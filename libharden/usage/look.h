#pragma once

#include "node/node.h"
#include "usage/miner_state.h"
#include "usage/score.h"

namespace harden {

// One container at this look, and what is thought of it.
struct Sighting {
    Container container;
    Counters counters;
    std::optional<Interval> interval; // since the look before; absent for a baseline
    std::optional<Evidence> evidence; // absent where nobody looked for it
    std::string runtime;              // empty where nobody asked for it
    std::string hot_since;            // RFC 3339; empty while it is not hot
    Judgement judgement;
    std::string exempt;          // name of the exemption that holds; empty: none
    std::string action = "none"; // what was done at this look
    std::string action_error;    // why it failed; empty: it did not
    std::string held;            // why no more was done; empty: nothing more was to do
};

struct Look {
    std::string time; // RFC 3339
    std::vector<Sighting> sightings;
    MinerState next; // to be kept for the look after this one
};

// One look at every running container. Nothing is changed and nothing waited for: use is the
// growth of the kernel's own counters since `before`.
Result<Look> look_for_miners(const Node& node, const MinerState& before, const MinerRules& rules);

}
