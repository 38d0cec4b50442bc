#pragma once

#include "steps/fleet_outcome.h"

namespace harden::test {

// A host whose run ended with this state of its one step.
inline HostOutcome host_with(const std::string& node, StepState state, int exit)
{
    HostOutcome host{.node = node, .fate = Fate::Good, .took = std::chrono::milliseconds{1500}};
    host.run = ProvisionOutcome{.profile = "baseline",
                                .steps = {{.name = "egress", .state = state, .detail = "detail"}},
                                .exit = exit};
    if (has_failed(host))
        host.fate = Fate::Bad;
    return host;
}

inline HostOutcome unreachable(const std::string& node)
{
    return {.node = node,
            .trouble = Error{ErrorKind::TimedOut, "log in to b: no answer", "try ssh b true"},
            .fate = Fate::Bad,
            .took = std::chrono::milliseconds{30'000}};
}

}
