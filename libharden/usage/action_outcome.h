#pragma once

#include "node/container_actions.h"
#include "usage/action_decision.h"

namespace harden {

// Marks in the tracks what is about to be done, so that a look which is killed in the middle is
// finished by the next one. To be kept on disk before carry_out(). False: nothing is touched.
bool announce(Look& look, const std::vector<Decision>& decisions, TimePoint now);

// Does it, and writes into the look what was done and what failed.
void carry_out(Look& look, const std::vector<Decision>& decisions, const ActionRules& rules,
               ContainerActions& actions);

// For status: the containers that we have paused, and how each is let go. Empty where there are
// none.
std::string render_paused(const MinerState& state);

}
