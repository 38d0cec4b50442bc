#pragma once

#include "base/settings.h"
#include "node/host.h"
#include "node/ruleset.h"

#include <string>
#include <vector>

namespace harden {

inline constexpr auto egress_site_file = "/etc/harden/egress.toml";

// One group as the policy states it, whether it is in force or not.
struct PolicyGroup {
    RefusedGroup refused;
    bool enabled = true;
};

// What rules/egress.toml and the site's file say together.
struct EgressPolicy {
    std::vector<std::string> container_interfaces;
    std::vector<PolicyGroup> groups; // by name
    std::vector<AllowedDestination> allow;
    std::uint32_t flows_per_second = 0; // 0: no limit
    std::uint32_t flow_burst = 0;
    Tier rate_tier = Tier::Hard;
};

// The shipped rules with `site_file` on top. Without the site's file the shipped rules stand,
// unless `must_exist`: somebody named the file.
enum class SiteFile { MayBeAbsent, MustExist };
Result<Setting> egress_settings(const Host& host, const Path& site_file, SiteFile presence);
Result<EgressPolicy> parse_egress_policy(const Setting& document);

}
