#pragma once

#include "node/meters.h"
#include "node/node.h"
#include "usage/bandwidth.h"
#include "usage/miner_state.h"
#include "usage/score.h"

#include <functional>

namespace harden {

// One container at this look, and what is thought of it.
struct Sighting : Observation {
    std::string owner;                // empty: no label names one
    std::optional<Interval> interval; // newest; absent for a baseline
    std::string hot_since;            // RFC 3339; empty while it is not hot
    Judgement judgement;
    BandwidthJudgement bandwidth{};
    std::string exempt{};        // name of the exemption that holds; empty: none
    std::string action = "none"; // what was done at this look
    std::string action_error{};  // why it failed; empty: it did not
    std::string held{};          // why no more was done; empty: nothing more was to do
};

// The same of a group that belongs to no container.
struct UnownedSighting : UnownedGroup {
    std::optional<Interval> interval;
    std::optional<Evidence> evidence;
    std::string hot_since;
    bool is_new = false; // not measured before
    Judgement judgement;
};

struct Look {
    std::string time; // RFC 3339
    std::vector<Sighting> sightings;
    std::vector<UnownedSighting> unowned;
    MinerState next; // to be kept for the look after this one
};

// All that one look sees of a node. Nothing is changed and nothing waited for.
Result<NodeObservation> observe(const Node& node, const Meters& meters, const MinerState& before);

// A closer look at one container, or at a group of nobody's (which has no id). None: it cannot be
// had.
using EvidenceOf = std::function<std::optional<Evidence>(const Observation&)>;

// What is thought of what was seen, and what is to be remembered of it. Use is the growth of the
// kernel's own counters since `before`. It knows no clock but the observation's own.
// Both are long: who does not want them any more moves them here.
Look fold(NodeObservation seen, MinerState before, const MinerRules& rules,
          const EvidenceOf& evidence_of);

// Asks Docker for the runtime and the node for the processes and their memory, for those who
// deserve it. One for each look: what it reads is bounded over all that it is asked about.
EvidenceOf closer_look(const Node& node, const Meters& meters, const MinerRules& rules);

}
