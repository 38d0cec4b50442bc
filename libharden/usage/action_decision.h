#pragma once

#include "usage/action_rules.h"
#include "usage/look.h"

namespace harden {

// What is to be done about one container.
struct Decision {
    std::string id;
    std::string name; // the tenant's: escape before printing
    MinerVerdict verdict = MinerVerdict::Unknown;
    MinerAction action = MinerAction::Log; // no more than a line in the log, unless it touches
    bool tells = false;                    // by webhook
    std::string held;                      // why no more is done; empty: there is no more to do
    std::string last_action; // what its track says until then, put back where this fails
    std::string last_time;
};

// What is to be done after a look that was settled: one decision for each container that is a
// finding and not exempt. Nothing is changed.
std::vector<Decision> decide(const Look& look, const ActionRules& rules, TimePoint now);

// A line for each that is more than the log, for people: "would pause 0123 (name): miner, 93".
std::string render_decisions(const std::vector<Decision>& decisions);

}
