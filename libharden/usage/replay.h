#pragma once

#include "usage/look.h"

namespace harden {

// Recorded looks, one after the other through the same judge. Nothing is looked at: what was not
// recorded is unknown.
class Replay {
public:
    explicit Replay(const MinerRules& rules)
        : rules_{rules}
    {
    }

    // One line of a recording, as one look. Malformed: it is no such line.
    Result<Look> take(std::string_view line);
    const MinerState& state() const { return state_; }

private:
    const MinerRules& rules_;
    MinerState state_;
};

}
