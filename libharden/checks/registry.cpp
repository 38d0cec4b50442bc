#include "checks/check.h"
#include "checks/probe_parts.h"

#include <algorithm>

namespace harden {

std::vector<Check> all_checks()
{
    std::vector<Check> all;
    for (auto* group : {gvisor_checks, egress_checks, detector_checks, docker_checks,
                        container_checks, system_container_checks, ssh_checks, host_firewall_checks,
                        network_checks, version_checks, kernel_checks, host_checks})
        for (auto& check : group())
            all.push_back(with_probe(std::move(check)));
    return all;
}

Result<std::vector<Check>> pick_checks(const std::vector<std::string>& only)
{
    auto all = all_checks();
    if (only.empty())
        return all;
    std::vector<std::string> ids;
    for (const auto& check : all)
        ids.emplace_back(check.id);
    for (const auto& id : only)
        if (std::ranges::find(ids, id) == ids.end()) {
            const auto meant = nearest(id, ids);
            return Error{ErrorKind::NotFound, cat("no check has the id \"", escaped(id), "\""),
                         meant ? cat("did you mean \"", *meant, "\"?") : "see docs/checks.md"};
        }
    std::erase_if(
        all, [&](const Check& check) { return std::ranges::find(only, check.id) == only.end(); });
    return all;
}

bool is_waivable(const Check& check)
{
    const bool guarded = check.id.starts_with("gvisor.") || check.id.starts_with("egress.") ||
                         check.id.starts_with("network.");
    return !(guarded && check.level == Level::Behaviour);
}

}
