#pragma once

#include "usage/miner_state.h"

namespace harden {

// The value of the first of the owner labels that a container has; empty: it has none.
std::string owner_of(const Container& container, const std::vector<std::string>& owner_labels);

// What was remembered before a look, to be taken by those whom the look sees. A container that
// restarts keeps its past. One that takes another's place, of the same owner and image (without an
// owner: of the same name and image), inherits that one's past, once.
class Lives {
public:
    Lives(MinerState& before, const NodeObservation& seen);

    // The past of one container, taken; empty where it has none.
    Track past_of(const Observation& container, const std::string& owner);
    // Those who went within the last day and have no heir. Bounded.
    MinerState::Tracks departed();

private:
    MinerState::Tracks::iterator predecessor(const Observation& container,
                                             const std::string& owner);

    MinerState::Tracks* known_;
    MinerState::Tracks departed_;
};

}
