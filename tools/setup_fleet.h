#pragma once

#include "setup_options.h"
#include "steps/fleet_plan.h"

namespace harden {

// Several hosts: the canary, then batch after batch, each host in a thread of its own. The answer
// is the exit status; how it went with each host is told.
Result<int> set_up_fleet(const std::vector<FleetHost>& hosts, const SetupOptions& options);

// What the command line says about the order of the hosts.
Result<FleetPolicy> fleet_policy(const SetupOptions& options);

}
