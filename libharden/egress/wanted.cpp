#include "egress/wanted.h"

#include "base/text.h"
#include "egress/compile.h"
#include "egress/names.h"
#include "egress/resolve.h"
#include "egress/ruleset_json.h"

#include <algorithm>

namespace harden {

Result<Ruleset> recorded_ruleset(const Host& host)
{
    const auto text = TRY(host.read(recorded_ruleset_file));
    return ruleset_from_json(text).during(recorded_ruleset_file).hint("harden egress apply");
}

static std::vector<std::string> bridges(const Node& node)
{
    std::vector<std::string> names;
    const auto networks = node.docker().networks();
    if (!networks) {
        const auto recorded = recorded_ruleset(node.host());
        return recorded ? recorded->container_interfaces : names;
    }
    for (const auto& network : *networks)
        if (network.driver == "bridge" && is_interface_pattern(network.bridge) &&
            !network.bridge.ends_with('*'))
            names.push_back(network.bridge);
    return names;
}

// Who is excepted is not known while Docker does not run; containers that outlive it keep what
// they had.
static void carry_over(const Ruleset& recorded, Ruleset& ruleset)
{
    for (auto& group : ruleset.groups) {
        const auto before = std::ranges::find(recorded.groups, group.id, &RefusedGroup::id);
        if (before != recorded.groups.end())
            group.open_to = before->open_to;
    }
    ruleset.metadata.open_to = recorded.metadata.open_to;
    ruleset.host_services.open_to = recorded.host_services.open_to;
    for (const auto& destination : recorded.allow)
        if (!destination.source.empty())
            ruleset.allow.push_back(destination);
}

Result<Ruleset> wanted_ruleset(const Node& node, const Path& site_file, SiteFile presence)
{
    auto policy = TRY(load_egress_policy(node.host(), site_file, presence));
    const auto resolved = resolve_exceptions(node.docker(), policy);
    if (!resolved && !resolved.is_absent())
        return Error{resolved.error().kind,
                     cat("learn whom the policy's exceptions are for: ", resolved.error().message),
                     resolved.error().hint};
    auto ruleset = TRY(compile_egress(policy, bridges(node)));
    ruleset.host_cgroups = host_cgroups(node, policy);
    if (!resolved)
        if (const auto recorded = recorded_ruleset(node.host()))
            carry_over(*recorded, ruleset);
    return ruleset;
}

}
