#pragma once

#include "node/node.h"

#include <string>
#include <vector>

namespace harden {

// What of the policy is in force, as the kernel says.
struct EgressStatus {
    std::vector<std::string> backends;
    std::vector<RuleHits> hits;
    std::vector<RuleDrift> drift;
    std::vector<std::string> uncovered; // whose packets pass none of our hooks
    std::string unknown;                // why `uncovered` could not be learnt; empty where it was
};

Result<EgressStatus> egress_status(const Node& node, const Ruleset& wanted);

std::string render_text(const EgressStatus& status);
std::string render_json(const EgressStatus& status); // schema "harden.egress/1"

}
