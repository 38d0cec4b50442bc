#pragma once

#include "node/docker.h"
#include "usage/counters.h"
#include "usage/miner_rules.h"

namespace harden {

// What a container's processes and image say of themselves.
struct Evidence {
    bool has_argv = false;         // whether the host can see its processes' arguments
    std::vector<std::string> seen; // "argument stratum+tcp://": our words, never the tenant's
};

// What one command line gives away; `command` as in /proc/PID/cmdline, arguments ended by zeros.
std::vector<std::string> evidence_in_command(std::string_view command,
                                             const MinerRules::Evidence& rules);
std::vector<std::string> evidence_in_image(std::string_view image,
                                           const MinerRules::Evidence& rules);

// Looks at the processes of one container. A sandbox runtime shows none of them.
Evidence evidence_of(const Host& host, const ContainerDetails& container, const CgroupPlace& place,
                     const MinerRules::Evidence& rules);

}
