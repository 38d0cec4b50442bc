#include "egress/ruleset_json.h"

#include "base/json_view.h"
#include "egress/names.h"
#include "node/address.h"
#include "node/ports.h"

#include <nlohmann/json.hpp>

namespace harden {

using Json = nlohmann::ordered_json;

static constexpr auto schema = "harden.ruleset/1";

static Json json_of(const std::vector<PortRange>& ports)
{
    auto list = Json::array();
    for (const auto& range : ports)
        list.push_back(to_text(range));
    return list;
}

static Json json_of(const RefusedGroup& group)
{
    return {{"id", group.id},
            {"tier", group.tier == Tier::Soft ? "soft" : "hard"},
            {"action", group.action == Action::Drop ? "drop" : "refuse"},
            {"tcp", json_of(group.tcp)},
            {"udp", json_of(group.udp)},
            {"addresses4", group.addresses4},
            {"addresses6", group.addresses6},
            {"spared_tcp", json_of(group.spared_tcp)},
            {"spared_udp", json_of(group.spared_udp)},
            {"open_to", group.open_to}};
}

std::string to_json(const Ruleset& ruleset)
{
    auto groups = Json::array();
    for (const auto& group : ruleset.groups)
        groups.push_back(json_of(group));
    auto allow = Json::array();
    for (const auto& [address, ports, source] : ruleset.allow)
        allow.push_back({{"address", address}, {"ports", to_text(ports)}, {"source", source}});
    auto cgroups = Json::array();
    for (const auto& [path, id] : ruleset.host_cgroups)
        cgroups.push_back({{"path", path}, {"id", id}});
    const Json json{{"schema", schema},
                    {"container_interfaces", ruleset.container_interfaces},
                    {"metadata", json_of(ruleset.metadata)},
                    {"groups", groups},
                    {"host_services", json_of(ruleset.host_services)},
                    {"allow", allow},
                    {"flows_per_second", ruleset.flows_per_second},
                    {"flow_burst", ruleset.flow_burst},
                    {"parallel_flows", ruleset.parallel_flows},
                    {"rate_tier", ruleset.rate_tier == Tier::Soft ? "soft" : "hard"},
                    {"host_cgroups", cgroups}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

static Result<std::vector<PortRange>> ports_from(const JsonView& view, std::string_view key)
{
    std::vector<PortRange> ports;
    for (const auto& text : view.texts(key))
        ports.push_back(TRY(parse_ports(text)));
    return ports;
}

// These lines become rules of the kernel: nothing but an address may stand where one is meant.
static Result<std::vector<std::string>> addresses_from(const JsonView& view, std::string_view key)
{
    auto addresses = view.texts(key);
    for (const auto& address : addresses)
        TRY(parse_network(address));
    return addresses;
}

static Tier tier_from(const JsonView& view, std::string_view key)
{
    return view.text(key) == "soft" ? Tier::Soft : Tier::Hard;
}

static Result<RefusedGroup> group_from(const JsonView& view)
{
    RefusedGroup group;
    group.id = view.text("id");
    if (!group.id.empty() && !is_group_id(group.id))
        return Error{
            ErrorKind::Malformed, cat("\"", escaped(group.id), "\" is no name for a group"), {}};
    group.tier = tier_from(view, "tier");
    group.action = view.text("action") == "drop" ? Action::Drop : Action::Refuse;
    group.tcp = TRY(ports_from(view, "tcp"));
    group.udp = TRY(ports_from(view, "udp"));
    group.addresses4 = TRY(addresses_from(view, "addresses4"));
    group.addresses6 = TRY(addresses_from(view, "addresses6"));
    group.spared_tcp = TRY(ports_from(view, "spared_tcp"));
    group.spared_udp = TRY(ports_from(view, "spared_udp"));
    group.open_to = TRY(addresses_from(view, "open_to"));
    return group;
}

static Result<std::vector<AllowedDestination>> allow_from(const JsonView& view)
{
    std::vector<AllowedDestination> allow;
    for (const auto& row : view.rows("allow")) {
        const auto network = TRY(parse_network(row.text("address")));
        const auto ports = TRY(parse_ports(row.text("ports")));
        const auto source = row.text("source");
        if (!source.empty())
            TRY(parse_network(source));
        allow.push_back({to_text(network), ports, source});
    }
    return allow;
}

static std::vector<HostCgroup> cgroups_from(const JsonView& view)
{
    std::vector<HostCgroup> cgroups;
    for (const auto& row : view.rows("host_cgroups"))
        cgroups.push_back({row.text("path"), static_cast<std::uint64_t>(row.integer("id"))});
    return cgroups;
}

static Result<std::vector<std::string>> interfaces_from(const JsonView& view)
{
    auto names = view.texts("container_interfaces");
    for (const auto& name : names)
        if (!is_interface_pattern(name))
            return Error{
                ErrorKind::Malformed, cat("\"", escaped(name), "\" is no interface name"), {}};
    return names;
}

Result<Ruleset> ruleset_from_json(std::string_view text)
{
    const auto view = TRY(parse_json(text));
    if (view.text("schema") != schema)
        return Error{ErrorKind::Malformed, cat("its schema is not ", schema), {}};
    Ruleset ruleset;
    ruleset.container_interfaces = TRY(interfaces_from(view));
    ruleset.metadata = TRY(group_from(view.within("metadata")));
    for (const auto& row : view.rows("groups"))
        ruleset.groups.push_back(TRY(group_from(row)));
    ruleset.host_services = TRY(group_from(view.within("host_services")));
    ruleset.allow = TRY(allow_from(view));
    ruleset.flows_per_second = static_cast<std::uint32_t>(view.integer("flows_per_second"));
    ruleset.flow_burst = static_cast<std::uint32_t>(view.integer("flow_burst"));
    ruleset.parallel_flows = static_cast<std::uint32_t>(view.integer("parallel_flows"));
    ruleset.rate_tier = tier_from(view, "rate_tier");
    ruleset.host_cgroups = cgroups_from(view);
    if (!view.problem().empty())
        return Error{ErrorKind::Malformed, view.problem(), {}};
    return ruleset;
}

}
