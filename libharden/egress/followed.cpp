#include "egress/followed.h"

#include "egress/names.h"

#include <algorithm>

namespace harden {

// A ruleset without what depends on the networks and control groups of the moment.
static Ruleset policy_alone(Ruleset ruleset)
{
    ruleset.container_interfaces.clear();
    ruleset.host_cgroups.clear();
    for (auto& group : ruleset.groups)
        group.open_to.clear();
    ruleset.metadata.open_to.clear();
    ruleset.host_services.open_to.clear();
    std::erase_if(ruleset.allow, [](const auto& allowed) { return !allowed.source.empty(); });
    return ruleset;
}

Ruleset followed(const Ruleset& recorded, const Ruleset& wanted)
{
    if (policy_alone(recorded) == policy_alone(wanted))
        return wanted;
    auto spread = recorded;
    auto& names = spread.container_interfaces;
    for (const auto& name : wanted.container_interfaces) {
        const auto is_known = [&](const std::string& known) { return covers(known, name); };
        if (!name.ends_with('*') && std::ranges::none_of(names, is_known))
            names.push_back(name);
    }
    std::ranges::sort(names);
    return spread;
}

}
