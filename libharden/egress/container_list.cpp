#include "egress/container_list.h"

#include "egress/container_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace harden {

using Json = nlohmann::ordered_json;

static bool runs(const ContainerPlan& plan, const std::string& id)
{
    return std::ranges::any_of(plan, [&](const PlacedContainer& container) {
        return container.pid != 0 && container.policy.id == id;
    });
}

Result<ContainerList> list_containers(const Node& node, const ContainerControl& control)
{
    ContainerList list;
    const auto planning = TRY(plan_containers(node, control));
    list.uncovered = planning.uncovered;
    list.drift = TRY(container_difference(node, control));
    const auto used = TRY(control.used(planning.plan));
    for (const auto& policy : TRY(container_policies(node.host()))) {
        ListedContainer row{policy, runs(planning.plan, policy.id) ? "running" : "not running", {}};
        if (const auto bytes = used.find(policy.id); bytes != used.end())
            row.used = bytes->second;
        list.containers.push_back(std::move(row));
    }
    return list;
}

template<class Entry>
static std::vector<std::string> texts_of(const std::vector<Entry>& entries)
{
    std::vector<std::string> texts;
    for (const auto& entry : entries)
        texts.push_back(to_text(entry));
    return texts;
}

static std::string limits_of(const ListedContainer& row)
{
    std::string text;
    if (row.policy.rate != 0)
        text += cat(", rate ", rate_to_text(row.policy.rate), " bit/s");
    if (row.policy.quota)
        text += cat(", quota ", to_text(*row.policy.quota),
                    row.used ? cat(" (", std::to_string(*row.used), " bytes used)") : "");
    return text;
}

std::string render_text(const ContainerList& list)
{
    std::string text;
    for (const auto& row : list.containers) {
        text += cat(row.policy.id.substr(0, 12), "  ", escaped(row.policy.name, 64), "  ",
                    row.state, ": mode ", name_of(row.policy.mode), limits_of(row), "\n");
        for (const auto& domain : texts_of(row.policy.domains))
            text += cat("              domain ", domain, "\n");
        for (const auto& target : texts_of(row.policy.targets))
            text += cat("              cidr ", target, "\n");
    }
    if (list.containers.empty())
        text += "no container has a network policy of its own\n";
    for (const auto& change : list.drift)
        text += cat("drift: ", change.what, "\n");
    for (const auto& sentence : list.uncovered)
        text += cat("not covered: ", sentence, "\n");
    return text;
}

std::string render_json(const ContainerList& list)
{
    auto rows = Json::array();
    for (const auto& [policy, state, used] : list.containers)
        rows.push_back({{"id", policy.id},
                        {"name", policy.name},
                        {"state", state},
                        {"mode", name_of(policy.mode)},
                        {"domains", texts_of(policy.domains)},
                        {"cidrs", texts_of(policy.targets)},
                        {"rate_bits", policy.rate},
                        {"quota_bytes", policy.quota ? policy.quota->bytes : 0},
                        {"quota_seconds", policy.quota ? policy.quota->period.count() : 0},
                        {"used_bytes", used.value_or(0)}});
    auto drift = Json::array();
    for (const auto& change : list.drift)
        drift.push_back(change.what);
    const Json json{{"schema", "harden.containers/1"},
                    {"containers", rows},
                    {"drift", drift},
                    {"uncovered", list.uncovered}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}
