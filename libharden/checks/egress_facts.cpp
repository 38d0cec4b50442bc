#include "checks/egress_facts.h"

#include "egress/wanted.h"

#include <algorithm>

namespace harden {

Result<Ruleset> wanted_egress(const Facts& facts)
{
    return wanted_ruleset(facts.node());
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
    if (id == ruleset.host_services.id)
        return &ruleset.host_services;
    const auto found = std::ranges::find(ruleset.groups, id, &RefusedGroup::id);
    return found == ruleset.groups.end() ? nullptr : &*found;
}

}
