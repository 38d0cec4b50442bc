#include "usage/evidence_search.h"
#include "usage/look.h"

namespace harden {

// A group of nobody's has no runtime to ask for: its processes are the host's own.
static Result<std::string> runtime_of(const Node& node, const Observation& seen)
{
    if (seen.container.id.empty())
        return std::string{"runc"};
    if (!seen.runtime.empty())
        return seen.runtime;
    const auto details = TRY(node.docker().inspect(seen.container.id));
    return details.runtime;
}

EvidenceOf closer_look(const Node& node, const Meters& meters, const MinerRules& rules)
{
    const auto search = std::make_shared<EvidenceSearch>(node.host(), meters, rules);
    return [&node, search](const Observation& seen) -> std::optional<Evidence> {
        const auto runtime = runtime_of(node, seen);
        if (!runtime)
            return Evidence{};
        auto evidence = search->of(seen, *runtime);
        evidence.runtime = seen.container.id.empty() ? "" : *runtime;
        return evidence;
    };
}

}
