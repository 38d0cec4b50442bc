#pragma once

#include "base/settings.h"
#include "node/host.h"
#include "node/ruleset.h"

#include <string>
#include <vector>

namespace harden {

inline constexpr auto egress_site_file = "/etc/harden/egress.toml";

struct AddressList {
    Path file;
    Origin origin; // where the policy names it
};

// One group as the policy states it, whether it is in force or not.
struct PolicyGroup {
    RefusedGroup refused;
    bool enabled = true;
    std::vector<AddressList> address_files; // read_address_lists() puts them into `refused`
};

// What differs for the containers of one Docker network, or with one label.
struct EgressException {
    std::string name;              // "mail", or "harden.egress=mailer"
    std::vector<std::string> open; // groups that are not for them
    std::vector<AllowedDestination> allow;
};

// What rules/egress.toml and the site's file say together.
struct EgressPolicy {
    std::vector<std::string> container_interfaces;
    std::vector<PolicyGroup> groups; // by name
    std::vector<AllowedDestination> allow;
    std::uint32_t flows_per_second = 0; // 0: no limit
    std::uint32_t flow_burst = 0;
    std::uint32_t parallel_flows = 0; // 0: no limit
    Tier rate_tier = Tier::Hard;
    std::vector<EgressException> networks; // by name
    std::vector<EgressException> labels;   // by "key=value"
    bool judges_host_network = true;
    std::vector<std::string> host_cgroups; // paths below the mount of cgroup2
};

// The shipped rules with `site_file` on top. Without the site's file the shipped rules stand,
// unless `must_exist`: somebody named the file.
enum class SiteFile { MayBeAbsent, MustExist };
Result<Setting> egress_settings(const Host& host, const Path& site_file, SiteFile presence);
Result<EgressPolicy> parse_egress_policy(const Setting& document);
// Both, and the lists of addresses that they name.
Result<EgressPolicy> load_egress_policy(const Host& host, const Path& site_file, SiteFile presence);

}
