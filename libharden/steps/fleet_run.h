#pragma once

#include "steps/fleet_plan.h"

#include <functional>

namespace harden {

// How it went with a host; the last three were never begun, and why.
enum class Fate { Good, Bad, CanaryFailed, TooManyFailed, Interrupted };

inline bool was_begun(Fate fate)
{
    return fate == Fate::Good || fate == Fate::Bad;
}

struct FleetWork {
    std::function<void(std::size_t wave)> begins; // a wave of which some host will be begun
    // What is done with a host, from one thread from its beginning to its end; true: it came out.
    std::function<bool(std::size_t host, std::size_t wave)> work;
    // Asked before a host is begun; hosts at work are always finished.
    std::function<bool()> is_interrupted;
};

// Works through the waves, at most `parallel` hosts at once. A host that fails beyond what its wave
// allows keeps all that have not begun from beginning. The answer is in the order of the hosts.
std::vector<Fate> run_waves(const std::vector<Wave>& waves, std::size_t parallel,
                            const FleetWork& with);

}
