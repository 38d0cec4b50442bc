#pragma once

#include "egress/policy.h"
#include "node/node.h"

namespace harden {

// Puts the exceptions for networks and labels into the groups and allowed destinations of
// `policy`, by the addresses that Docker says they have now. A network or label that nobody has
// excepts nobody.
Result<> resolve_exceptions(const Docker& docker, EgressPolicy& policy);

// The control groups whose processes use the network of the node and are judged like containers:
// those that the policy names, and each running container of --network host. Those that do not
// exist, or are not in the cgroup2 hierarchy, are left out.
std::vector<HostCgroup> host_cgroups(const Node& node, const EgressPolicy& policy);

}
