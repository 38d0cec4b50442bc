#include "checks/egress_facts.h"

#include "checks/docker_facts.h"
#include "egress/compile.h"
#include "egress/policy.h"

#include <algorithm>

namespace harden {

// Bridges that got a name of their own when their network was made.
static std::vector<std::string> named_bridges(const Facts& facts)
{
    std::vector<std::string> bridges;
    const auto networks = facts.once(docker_networks);
    if (networks)
        for (const auto& network : *networks)
            if (!network.bridge.empty())
                bridges.push_back(network.bridge);
    return bridges;
}

Result<Ruleset> wanted_egress(const Facts& facts)
{
    const auto settings =
        TRY(egress_settings(facts.host(), egress_site_file, SiteFile::MayBeAbsent));
    return compile_egress(TRY(parse_egress_policy(settings)), named_bridges(facts));
}

Result<EgressState> egress_state(const Facts& facts)
{
    const auto wanted = TRY(facts.once(wanted_egress));
    return EgressState{.backends = TRY(facts.firewall().backends()),
                       .drift = TRY(facts.firewall().difference(wanted))};
}

const RefusedGroup* group_named(const Ruleset& ruleset, std::string_view id)
{
    if (id == ruleset.metadata.id)
        return &ruleset.metadata;
    const auto found = std::ranges::find(ruleset.groups, id, &RefusedGroup::id);
    return found == ruleset.groups.end() ? nullptr : &*found;
}

}
