#pragma once

#include "system/docker_events.h"
#include "system/hangup_signal.h"
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

    // Docker is heard once it was listened to, until it ends.
    bool hears_docker() const { return docker_.is_open(); }
    Result<> listen_to_docker(const Path& socket) { return docker_.open(socket); }

private:
    EgressEvents(RulesetEvents rules, LinkEvents links, HangupSignal hangup)
        : rules_{std::move(rules)}
        , links_{std::move(links)}
        , hangup_{std::move(hangup)}
    {
    }
    Result<Heard> hear();
    bool glance();

    RulesetEvents rules_;
    LinkEvents links_;
    HangupSignal hangup_;
    DockerEvents docker_;
    LegacyGlance legacy_;
    std::chrono::steady_clock::time_point next_glance_;
};

}
