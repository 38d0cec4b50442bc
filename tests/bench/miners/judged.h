#pragma once

#include "trace.h"
#include "usage/look.h"

#include <optional>

namespace harden::offline {

// What became of one trace: the worst that any of its looks said.
struct Outcome {
    const Family* family = nullptr;
    bool has_hard_evidence = false;
    Judgement worst;
    bool is_confirmed = false;              // "miner" at two looks in a row
    bool may_be_ended = false;              // and sure enough for what cannot be undone
    std::optional<double> minutes_to_miner; // from when it first worked
    std::optional<double> minutes_to_suspicion;
    bool seed_flags = false; // what the seed's rule says of it

    bool is_miner() const { return worst.verdict == MinerVerdict::Miner; }
    bool is_flagged() const { return harden::is_flagged(worst.verdict); }
};

// Folds the looks of a trace one after another, as detect-miners does.
Outcome judged(const Trace& trace, const MinerRules& rules);

// The rule that this one replaces: over 90 % of a processor at the moment of a look, unless the
// container's name begins with a known one.
bool seed_flags(const Trace& trace);

}
