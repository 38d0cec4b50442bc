#pragma once

#include "checks/gvisor_facts.h"

#include <string>
#include <vector>

namespace harden {

inline constexpr std::int64_t canary_memory = std::int64_t{64} << 20U; // bytes
inline constexpr std::int64_t canary_pids = 64;
inline constexpr double canary_burner_cpus = 0.25;

// One canary of a round: what it is for, and where.
struct PlannedCanary {
    enum class Role { Ask, Multiply, Serve, Network, Burn };
    Role role = Role::Ask;
    std::string runtime; // its name, also where the default is not named
    bool is_default = false;
    bool is_gvisor = false;
    CanaryOrder order;
};

// One canary of each kind of runtime on the default bridge, which tells what it may do; one that
// multiplies in each sandbox; on each network one that serves, and on the user-defined ones one
// that asks; and one that burns. Of runtimes and networks the first few.
std::vector<PlannedCanary> plan_canaries(const DockerInfo& info, const GvisorRuntimes& gvisor,
                                         const std::vector<DockerNetwork>& networks);

}
