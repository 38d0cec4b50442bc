#include "usage/look.h"

namespace harden {

// A group of nobody's has no runtime to ask for: its processes are the host's own.
static Result<ContainerDetails> details_of(const Node& node, const Observation& seen)
{
    if (seen.container.id.empty())
        return ContainerDetails{.runtime = "runc"};
    if (!seen.runtime.empty())
        return ContainerDetails{.container = seen.container, .runtime = seen.runtime};
    return node.docker().inspect(seen.container.id);
}

EvidenceOf closer_look(const Node& node, const MinerRules& rules)
{
    return [&node, &rules](const Observation& seen) -> std::optional<Evidence> {
        const auto details = details_of(node, seen);
        if (!details)
            return Evidence{};
        const CgroupPlace place{.cpuacct = seen.group};
        auto evidence = evidence_of(node.host(), *details, place, rules.evidence);
        evidence.runtime = details->container.id.empty() ? "" : details->runtime;
        return evidence;
    };
}

}
