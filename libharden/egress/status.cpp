#include "egress/status.h"

#include "egress/self_test_networks.h"
#include "egress/uncovered.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace harden {

static constexpr auto test_sender = "(egress test)";

static std::vector<ContainerHits> by_container(std::vector<SourceHits> sources,
                                               const std::vector<Container>& containers)
{
    std::map<std::string, const Container*, std::less<>> owners;
    for (const auto& container : containers)
        for (const auto& address : container.addresses)
            owners.emplace(address, &container);
    std::vector<ContainerHits> found;
    for (auto& hits : sources) {
        const auto owner = owners.find(hits.source);
        const bool known = owner != owners.end();
        found.push_back(
            {known ? owner->second->name : "", known ? owner->second->id : "", std::move(hits)});
    }
    std::ranges::stable_sort(found, std::greater{},
                             [](const ContainerHits& each) { return each.hits.packets; });
    return found;
}

// Our own packets: whoever reads the hits shall not look for a container.
static void name_test_senders(std::vector<ContainerHits>& containers, const Docker& docker)
{
    const auto networks = test_networks(docker);
    if (!networks)
        return;
    for (auto& [name, id, hits] : containers)
        for (const auto& network : *networks)
            if (name.empty() && (hits.source == network.source.address6 ||
                                 network.source.address4.starts_with(hits.source + "/")))
                name = test_sender;
}

static std::vector<std::string> warnings_of(const std::vector<std::string>& backends)
{
    std::vector<std::string> iptables;
    std::ranges::copy_if(backends, std::back_inserter(iptables), [](const std::string& backend) {
        return backend.starts_with("iptables");
    });
    if (iptables.size() < 2)
        return {};
    return {cat(join(iptables, " and "),
                " are both live: each packet passes both, and both are served")};
}

Result<EgressStatus> egress_status(const Node& node, const Ruleset& wanted)
{
    EgressStatus status;
    status.backends = TRY(node.firewall().backends());
    status.drift = TRY(node.firewall().difference(wanted));
    status.hits = TRY(node.firewall().hits());
    status.warnings = warnings_of(status.backends);
    const auto containers = node.docker().containers();
    auto gaps = containers ? uncovered(node, wanted, *containers)
                           : Result<std::vector<std::string>>{containers.error()};
    if (gaps)
        status.uncovered = *std::move(gaps);
    else if (!gaps.is_absent()) // no daemon, no containers
        status.unknown = gaps.error().message;
    status.containers = by_container(TRY(node.firewall().hits_by_source()),
                                     containers ? *containers : std::vector<Container>{});
    name_test_senders(status.containers, node.docker());
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

// One line a sender, the one with the most first.
static std::string containers_text(const std::vector<ContainerHits>& containers)
{
    std::vector<std::pair<std::string, std::vector<std::string>>> senders;
    for (const auto& [name, id, hits] : containers) {
        const auto sender =
            cat(name.empty() ? "(none that runs)" : escaped(name, 64), " ", hits.source);
        auto found =
            std::ranges::find(senders, sender, [](const auto& each) { return each.first; });
        if (found == senders.end())
            found = senders.insert(senders.end(), {sender, {}});
        found->second.push_back(cat(hits.group, " ", std::to_string(hits.packets)));
    }
    std::string text;
    for (const auto& [sender, groups] : senders)
        text += cat("container  ", sender, "  ", join(groups, ", "), "\n");
    return text;
}

static std::string backends_text(const EgressStatus& status)
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
                    escaped(drift.from), "\" shall be \"", escaped(drift.to), "\"\n");
    return text;
}

std::string render_text(const EgressStatus& status)
{
    auto text = backends_text(status) + hits_text(status.hits);
    text += containers_text(status.containers);
    for (const auto& what : status.uncovered)
        text += cat("uncovered  ", escaped(what), "\n");
    for (const auto& warning : status.warnings)
        text += cat("warning    ", warning, "\n");
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
    auto containers = Json::array();
    for (const auto& [name, id, hits] : status.containers)
        containers.push_back({{"name", name},
                              {"id", id},
                              {"source", hits.source},
                              {"group", hits.group},
                              {"hits", hits.packets}});
    auto drift = Json::array();
    for (const auto& [backend, family, what, from, to] : status.drift)
        drift.push_back(
            {{"backend", backend}, {"family", family}, {"what", what}, {"from", from}, {"to", to}});
    const Json json{{"schema", "harden.egress/1"},
                    {"backends", status.backends},
                    {"groups", groups},
                    {"containers", containers},
                    {"drift", drift},
                    {"uncovered", status.uncovered},
                    {"warnings", status.warnings},
                    {"unknown", status.unknown}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}
