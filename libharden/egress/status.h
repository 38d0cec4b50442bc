#pragma once

#include "node/node.h"

#include <string>
#include <vector>

namespace harden {

// What one sender was refused, and whose address that is.
struct ContainerHits {
    std::string name; // the tenant's: escape; empty: no running container has the address
    std::string id;
    SourceHits hits;
};

// What of the policy is in force, as the kernel says.
struct EgressStatus {
    std::vector<std::string> backends;
    std::vector<RuleHits> hits;
    std::vector<ContainerHits> containers;
    std::vector<RuleDrift> drift;
    std::vector<std::string> uncovered; // whose packets pass none of our hooks
    std::vector<std::string> warnings;
    std::string unknown; // why containers could not be learnt of; empty where they were
};

Result<EgressStatus> egress_status(const Node& node, const Ruleset& wanted);

std::string render_text(const EgressStatus& status);
std::string render_json(const EgressStatus& status); // schema "harden.egress/1"

}
