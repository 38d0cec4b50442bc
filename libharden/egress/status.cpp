#include "egress/status.h"

#include "egress/names.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace harden {

// Why a network's packets pass none of our hooks; empty where they do.
static std::string gap_of(const DockerNetwork& network, const Ruleset& wanted)
{
    const auto covers_bridge = [&](const auto& pattern) { return covers(pattern, network.bridge); };
    if (network.driver == "macvlan" || network.driver == "ipvlan")
        return cat("its driver ", network.driver, " does not cross the host");
    if (network.driver == "bridge" &&
        std::ranges::none_of(wanted.container_interfaces, covers_bridge))
        return cat("its bridge ", network.bridge, " is none of the container interfaces");
    return {};
}

static Result<std::vector<std::string>> uncovered(const Docker& docker, const Ruleset& wanted)
{
    std::vector<std::string> found;
    for (const auto& container : TRY(docker.containers()))
        if (std::ranges::find(container.networks, "host") != container.networks.end())
            found.push_back(cat("container ", container.name, ": it uses the network of the host"));
    for (const auto& network : TRY(docker.networks()))
        if (const auto gap = gap_of(network, wanted); !gap.empty())
            found.push_back(cat("network ", network.name, ": ", gap));
    return found;
}

Result<EgressStatus> egress_status(const Node& node, const Ruleset& wanted)
{
    EgressStatus status;
    status.backends = TRY(node.firewall().backends());
    status.drift = TRY(node.firewall().difference(wanted));
    status.hits = TRY(node.firewall().hits());
    auto found = uncovered(node.docker(), wanted);
    if (found)
        status.uncovered = *std::move(found);
    else if (!found.is_absent()) // no daemon, no containers
        status.unknown = found.error().message;
    return status;
}

static std::string hits_text(const std::vector<RuleHits>& hits)
{
    std::map<std::string, std::vector<std::string>> by_group;
    for (const auto& [group, family, packets] : hits)
        by_group[group].push_back(cat(family, " ", std::to_string(packets)));
    std::string text;
    for (const auto& [group, families] : by_group)
        text += cat("hits       ", group, "  ", join(families, ", "), "\n");
    return text;
}

std::string render_text(const EgressStatus& status)
{
    std::string text;
    for (const auto& backend : status.backends) {
        const bool differs = std::ranges::any_of(
            status.drift, [&](const auto& drift) { return drift.backend == backend; });
        text += cat("backend    ", backend, "  ", differs ? "differs from the policy" : "as wanted",
                    "\n");
    }
    for (const auto& drift : status.drift)
        text += cat("drift      ", drift.backend, " ", drift.family, " ", drift.what, ": \"",
                    drift.from, "\" shall be \"", drift.to, "\"\n");
    text += hits_text(status.hits);
    for (const auto& what : status.uncovered)
        text += cat("uncovered  ", escaped(what), "\n");
    if (!status.unknown.empty())
        text += cat("unknown    what is uncovered: ", status.unknown, "\n");
    return text;
}

std::string render_json(const EgressStatus& status)
{
    using Json = nlohmann::ordered_json;
    auto groups = Json::array();
    for (const auto& [group, family, packets] : status.hits)
        groups.push_back({{"id", group}, {"family", family}, {"hits", packets}});
    auto drift = Json::array();
    for (const auto& [backend, family, what, from, to] : status.drift)
        drift.push_back(
            {{"backend", backend}, {"family", family}, {"what", what}, {"from", from}, {"to", to}});
    const Json json{{"schema", "harden.egress/1"},
                    {"backends", status.backends},
                    {"groups", groups},
                    {"drift", drift},
                    {"uncovered", status.uncovered},
                    {"unknown", status.unknown}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}
