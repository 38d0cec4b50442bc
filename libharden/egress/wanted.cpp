#include "egress/wanted.h"

#include "egress/compile.h"
#include "egress/names.h"
#include "egress/ruleset_json.h"

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

Result<Ruleset> wanted_ruleset(const Node& node, const Path& site_file, SiteFile presence)
{
    const auto settings = TRY(egress_settings(node.host(), site_file, presence));
    const auto policy = TRY(parse_egress_policy(settings));
    return compile_egress(policy, bridges(node));
}

}
