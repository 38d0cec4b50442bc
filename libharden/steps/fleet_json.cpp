#include "steps/fleet_json.h"

#include "steps/provision_json.h"

#include <nlohmann/json.hpp>

namespace harden {

using Json = nlohmann::ordered_json;

static constexpr auto event_schema = "harden.setup.event/1";

static std::string one_document(const Json& json, int indent)
{
    return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

static Json json_of(const HostOutcome& host)
{
    Json json{{"node", host.node},
              {"state", state_of(host)},
              {"canary", host.is_canary},
              {"seconds", static_cast<double>(host.took.count()) / 1000}};
    if (host.trouble) {
        json["problem"] = host.trouble->message;
        if (!host.trouble->hint.empty())
            json["hint"] = host.trouble->hint;
    } else if (!host.run) {
        json["problem"] = cat("not started: ", why_not_started(host.fate));
    }
    return json;
}

static Json counts_of(const std::vector<HostOutcome>& hosts)
{
    Json counts = Json::object();
    for (const auto& host : hosts) {
        auto& number = counts[std::string{state_of(host)}];
        number = number.is_null() ? 1 : number.get<int>() + 1;
    }
    return counts;
}

std::string render_fleet_json(const std::vector<HostOutcome>& hosts)
{
    Json json{{"schema", "harden.setup-nodes/1"}};
    json["nodes"] = Json::array();
    for (const auto& host : hosts) {
        auto row = json_of(host);
        row["exit"] = exit_for(host);
        row["setup"] = host.run ? Json::parse(render_setup_json(*host.run, host.node)) : Json{};
        json["nodes"].push_back(std::move(row));
    }
    json["counts"] = counts_of(hosts);
    json["exit"] = exit_for(hosts);
    return one_document(json, 2);
}

std::string render_host_event(const HostOutcome& host)
{
    Json json{{"schema", event_schema}};
    json.update(json_of(host));
    json["exit"] = exit_for(host);
    return one_document(json, -1);
}

std::string render_fleet_event(const std::vector<HostOutcome>& hosts)
{
    return one_document({{"schema", event_schema},
                         {"hosts", hosts.size()},
                         {"counts", counts_of(hosts)},
                         {"exit", exit_for(hosts)}},
                        -1);
}

}
