#pragma once

#include "dockerfile/container_request.h"
#include "dockerfile/scan_finding.h"
#include "node/container_rules.h"
#include "node/tiers.h"

namespace harden {

// What a request for a container is judged by: what `verify` judges running ones by.
struct LimitRules {
    ResourceTiers tiers;
    ContainerRules containers;
};
Result<LimitRules> limit_rules_of(const Host& host);
// The same where everything must fit this one tier, whatever a label says.
Result<LimitRules> limit_rules_for(LimitRules rules, std::string_view tier);

// What the request lacks of the mandatory limits, and what it asks for that leads out of its
// container: class "limits", by place. `source` is what the request's offsets point into.
std::vector<ScanFinding> judge_limits(const ContainerRequest& request, std::string_view source,
                                      const LimitRules& rules);

// Every mandatory option of `docker run` for a tier, in one line.
Result<std::string> run_args_for(const ResourceTiers& tiers, std::string_view tier);

}
