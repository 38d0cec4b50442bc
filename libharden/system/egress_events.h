#pragma once

#include "system/legacy_glance.h"
#include "system/link_events.h"
#include "system/ruleset_events.h"

#include <chrono>

namespace harden {

// All that tells of a change to what the egress policy depends on.
class EgressEvents {
public:
    static Result<EgressEvents> open();

    // Sleeps until something happens, or for `patience`; without one for as long as it takes.
    Result<Heard> wait(std::optional<std::chrono::milliseconds> patience);

private:
    EgressEvents(RulesetEvents rules, LinkEvents links)
        : rules_{std::move(rules)}
        , links_{std::move(links)}
    {
    }
    void glance(Heard& heard);

    RulesetEvents rules_;
    LinkEvents links_;
    LegacyGlance legacy_;
    std::chrono::steady_clock::time_point next_glance_;
};

}
