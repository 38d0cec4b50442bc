#pragma once

#include "base/settings.h"
#include "checks/facts.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace harden {

inline constexpr auto site_host_rules = "/etc/harden/host.toml";

// What the kernel makes of an interface's value and that for all of them.
enum class Combine { Own, Larger, Smaller, Redirects };

struct SysctlRule {
    std::string key;   // "net.ipv4.conf.*.rp_filter"
    std::string check; // id of the check that asks for it
    std::optional<std::int64_t> least;
    std::optional<std::int64_t> most;
    bool is_safe_absent = false;
    Combine combine = Combine::Own;
};

// rules/host.toml with the site's file on top.
struct HostRules {
    using Names = std::vector<std::string>;

    std::vector<SysctlRule> settings;
    Names needless_modules;
    Names needed_modules;
    Names escape_modules;
    bool threads_accepted = false;
    std::chrono::days reboot_within{};
    std::chrono::days updates_within{};
    Names time_services;
    std::chrono::hours synchronised_within{};
    double time_offset = 0; // seconds
    Names audited;
    int free_percent = 0;
    Names temporary;
    Names temporary_options;
    Names privileged_users;
    Names root_groups;
    Names root_owned;
    Names privileged_places;
    Names privileged_files;
    Names needless_services;
    std::map<std::string, std::chrono::sys_days, std::less<>> supported; // "debian 12"
};

Result<Setting> host_settings(const Host& host); // for --show-config
Result<HostRules> host_rules_from(const Setting& document);
Result<HostRules> host_rules(const Facts& facts); // for Facts::once

}
