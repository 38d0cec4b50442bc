#pragma once

#include "egress/heard.h"
#include "node/firewall.h"

#include <string>
#include <vector>

namespace harden {

// "nftables inet: harden_egress chain forward is gone, and 12 more".
std::string what_changed(const std::vector<RuleDrift>& drift);
// "nft (process 4711), iptables (process 4712)".
std::string who_changed(const std::vector<Writer>& writers);
// "new mybr0; gone docker/1f04…".
std::string what_followed(const Ruleset& before, const Ruleset& after);

}
