#include "steps/firewall_status.h"

#include "steps/transaction.h"

#include <nlohmann/json.hpp>

namespace harden {

using Json = nlohmann::ordered_json;

Result<FirewallStatus> firewall_status(const Node& node, const FirewallPolicy& policy,
                                       std::string program)
{
    FirewallStatus status;
    status.view = TRY(view_firewall(node, policy));
    status.drift = TRY(plan(firewall_step({policy, {}, {}, std::move(program)}), node));
    status.refused = TRY(node.firewall().inbound_hits());
    const auto record = last_of(node.host(), firewall_verb);
    if (!record && !record.is_absent())
        return record.error();
    if (record) {
        status.transaction = cat(record->id, ", ", state_of(*record, node.host()));
        status.is_settled = record->state == TxState::Committed;
    }
    return status;
}

std::string ports_text(const FirewallView& view)
{
    std::string text;
    for (const auto& port : view.ports)
        text += cat(name_of(port.state), ": ", name_of(port), ", ", port.why, "\n");
    return text;
}

std::vector<std::string> remarks(const FirewallView& view)
{
    std::vector<std::string> all;
    for (const auto& manager : view.managers)
        all.push_back(cat(manager.name, " is active: ", manager.meaning));
    if (!view.unseen.empty())
        all.push_back(cat("published ports were not looked at: ", view.unseen));
    if (!view.transit.empty())
        all.push_back(cat("nothing is passed on between ", join(view.transit, ", "),
                          " (transit = \"allow\" where this node is a router)"));
    return all;
}

std::string render_text(const FirewallStatus& status)
{
    auto text =
        cat("table        ",
            !status.view.is_in_force ? "not in force (harden firewall apply)"
            : status.drift.empty()   ? "in force, as wanted"
                                     : "in force, not as wanted (harden firewall plan)",
            "\ntransaction  ", status.transaction.empty() ? "none" : status.transaction, "\n");
    for (const auto& hits : status.refused)
        text += cat("packets      ", hits.group, " ", std::to_string(hits.packets), "\n");
    for (const auto& remark : remarks(status.view))
        text += cat("note         ", remark, "\n");
    return text + ports_text(status.view);
}

static Json ports_json(const std::vector<ExposedPort>& ports)
{
    auto rows = Json::array();
    for (const auto& port : ports)
        rows.push_back({{"port", port.port},
                        {"protocol", port.protocol == Protocol::Tcp ? "tcp" : "udp"},
                        {"address", port.address},
                        {"owner", escaped(port.owner, 80)},
                        {"published", port.is_published},
                        {"state", name_of(port.state)},
                        {"why", port.why}});
    return rows;
}

std::string render_json(const FirewallStatus& status)
{
    auto drift = Json::array();
    for (const auto& change : status.drift)
        drift.push_back({{"what", change.what}, {"from", change.from}, {"to", change.to}});
    auto refused = Json::object();
    for (const auto& hits : status.refused)
        refused[hits.group] = hits.packets;
    auto managers = Json::array();
    for (const auto& manager : status.view.managers)
        managers.push_back({{"name", manager.name}, {"meaning", manager.meaning}});
    const Json document{{"schema", "harden.firewall/1"},
                        {"in_force", status.view.is_in_force},
                        {"drift", drift},
                        {"transaction", status.transaction},
                        {"refused", refused},
                        {"managers", managers},
                        {"notes", remarks(status.view)},
                        {"ports", ports_json(status.view.ports)}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}
