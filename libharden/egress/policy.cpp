#include "egress/policy.h"

#include "base/text.h"
#include "egress/address_lists.h"
#include "egress/names.h"
#include "egress/own_names.h"
#include "egress/policy_exceptions.h"
#include "node/address.h"
#include "node/ports.h"
#include "node/site_settings.h"

namespace harden {

static constexpr auto shipped_policy = "rules/egress.toml";

static Error at(const Origin& origin, const Error& why)
{
    return {ErrorKind::Malformed, cat(to_text(origin), ": ", why.message), why.hint};
}

static Result<std::string> text_of(const Setting& setting)
{
    if (const auto* text = std::get_if<std::string>(&setting.value))
        return *text;
    if (const auto* number = std::get_if<std::int64_t>(&setting.value))
        return std::to_string(*number);
    return at(setting.origin, {ErrorKind::Malformed, "expected a number or a text", {}});
}

static Result<std::vector<PortRange>> read_ports(TableReader& table, std::string_view key)
{
    std::vector<PortRange> ports;
    for (const auto& setting : TRY(table.array(key))) {
        const auto text = TRY(text_of(setting));
        const auto range = parse_ports(text);
        if (!range)
            return at(setting.origin, range.error());
        ports.push_back(*range);
    }
    return ports;
}

static Result<> read_addresses(TableReader& table, RefusedGroup& group)
{
    for (const auto& setting : TRY(table.array("addresses"))) {
        const auto text = TRY(text_of(setting));
        const auto network = parse_network(text);
        if (!network)
            return at(setting.origin, network.error());
        (network->is_v6 ? group.addresses6 : group.addresses4).push_back(to_text(*network));
    }
    return done;
}

// Whole paths, since a policy is read by units and by cron as well as by hand.
static Result<std::vector<AddressList>> read_list_names(TableReader& table)
{
    std::vector<AddressList> lists;
    for (const auto& setting : TRY(table.array("address_files"))) {
        const auto name = TRY(text_of(setting));
        if (!name.starts_with('/'))
            return at(setting.origin,
                      {ErrorKind::Malformed, cat("\"", escaped(name, 64), "\" is no whole path"),
                       "begin it with /"});
        lists.push_back({name, setting.origin});
    }
    return lists;
}

static Result<Tier> read_tier(TableReader& table)
{
    return TRY(table.one_of("tier", {"hard", "soft"})) == "hard" ? Tier::Hard : Tier::Soft;
}

static Error group_error(const TableReader& table, const Error& why)
{
    return at(table.origin_of(""), why);
}

// Two groups are judged elsewhere than on the way out and so cannot have what is not known there.
static Result<> check_group(const TableReader& table, const PolicyGroup& policy_group)
{
    const auto& group = policy_group.refused;
    const bool has_lists = !policy_group.address_files.empty();
    const auto quoted = cat("group \"", group.id, "\"");
    if (!has_ports(group) && !has_addresses(group) && !has_lists)
        return group_error(
            table, {ErrorKind::Malformed, cat(quoted, " has neither ports nor addresses"), {}});
    if (group.id == "metadata" && has_ports(group))
        return table.error_at(group.tcp.empty() ? "udp" : "tcp",
                              "cannot be: this group closes addresses");
    if (group.id == "host-services" && (has_addresses(group) || has_lists))
        return table.error_at(has_lists ? "address_files" : "addresses",
                              "cannot be: this group closes ports of the node");
    return done;
}

static Result<PolicyGroup> read_group(const std::string& name, TableReader& table)
{
    if (!is_group_id(name))
        return group_error(
            table, {ErrorKind::Malformed, cat("\"", escaped(name, 64), "\" is no name for a group"),
                    "at most 20 of a-z, 0-9 and -; \"rate\" and \"allow\" are taken"});
    PolicyGroup group;
    group.refused.id = name;
    group.enabled = TRY(table.boolean_or("enabled", true));
    group.refused.tcp = TRY(read_ports(table, "tcp"));
    group.refused.udp = TRY(read_ports(table, "udp"));
    TRY(read_addresses(table, group.refused));
    group.refused.spared_tcp = TRY(read_ports(table, "spared_tcp"));
    group.refused.spared_udp = TRY(read_ports(table, "spared_udp"));
    group.address_files = TRY(read_list_names(table));
    TRY(check_group(table, group));
    group.refused.tier = TRY(read_tier(table));
    const auto action = TRY(table.one_of("action", {"refuse", "drop"}));
    group.refused.action = action == "drop" ? Action::Drop : Action::Refuse;
    TRY(table.finish());
    return group;
}

// "192.0.2.7:587" or "[2001:db8::/32]:9000-9001"
static Result<AllowedDestination> parse_destination(std::string_view text)
{
    const auto colon = text.rfind(':');
    const bool bracketed = text.starts_with('[') && colon != 0 && colon != std::string_view::npos &&
                           text[colon - 1] == ']';
    const auto address = bracketed ? text.substr(1, colon - 2) : text.substr(0, colon);
    if (colon == std::string_view::npos ||
        (!bracketed && address.find(':') != std::string_view::npos))
        return Error{ErrorKind::Malformed, cat("\"", escaped(text, 64), "\" names no port"),
                     "write ADDRESS:PORT, or [ADDRESS]:PORT for IPv6"};
    const auto network = TRY(parse_network(address));
    const auto ports = TRY(parse_ports(text.substr(colon + 1)));
    return AllowedDestination{to_text(network), ports};
}

Result<std::vector<AllowedDestination>> read_allow(TableReader& document)
{
    std::vector<AllowedDestination> allow;
    for (const auto& setting : TRY(document.array("allow"))) {
        const auto text = TRY(text_of(setting));
        auto destination = parse_destination(text);
        if (!destination)
            return at(setting.origin, destination.error());
        allow.push_back(*std::move(destination));
    }
    return allow;
}

static Result<> read_rate(TableReader& document, EgressPolicy& policy)
{
    auto rate = TRY(document.table("rate"));
    const bool enabled = TRY(rate.boolean_or("enabled", true));
    policy.rate_tier = TRY(read_tier(rate));
    const auto flows = TRY(rate.integer("flows_per_second", 1, 1'000'000));
    const auto burst = TRY(rate.integer("burst", 1, 1'000'000));
    policy.flows_per_second = enabled ? static_cast<std::uint32_t>(flows) : 0;
    const auto parallel = TRY(rate.integer("parallel_flows", 0, 1'000'000));
    policy.parallel_flows = enabled ? static_cast<std::uint32_t>(parallel) : 0;
    policy.flow_burst = enabled ? static_cast<std::uint32_t>(burst) : 0;
    return rate.finish();
}

static Result<std::vector<std::string>> read_interfaces(TableReader& document)
{
    auto names = TRY(document.texts("container_interfaces"));
    if (names.empty())
        return document.error_at("container_interfaces", "names no interface");
    for (const auto& name : names)
        if (!is_interface_pattern(name))
            return document.error_at("container_interfaces", cat("has \"", escaped(name, 64),
                                                                 "\", which is no interface name"));
    return names;
}

// A group that closes nothing is most often a known one misspelt.
static std::string meant_group(std::string_view name, TableReader& document)
{
    std::vector<std::string> others;
    if (const auto groups = document.tables("groups"))
        for (const auto& [known, table] : *groups)
            if (known != name)
                others.push_back(known);
    const auto meant = nearest(name, others);
    return meant ? cat("did you mean \"", *meant, "\"?") : std::string{};
}

Result<EgressPolicy> parse_egress_policy(const Setting& document)
{
    TableReader reader{document, ""};
    TRY(reader.integer("version", 1, 1));
    EgressPolicy policy;
    policy.container_interfaces = TRY(read_interfaces(reader));
    policy.allow = TRY(read_allow(reader));
    TRY(read_rate(reader, policy));
    auto groups = TRY(reader.table("groups"));
    for (auto& [name, table] : TRY(reader.tables("groups"))) {
        TRY(groups.table(name));
        auto group = TRY(read_group(name, table).hint(meant_group(name, reader)));
        policy.groups.push_back(std::move(group));
    }
    TRY(groups.finish());
    TRY(read_exceptions(reader, policy));
    TRY(read_host_network(reader, policy));
    TRY(reader.finish());
    return policy;
}

Result<Setting> egress_settings(const Host& host, const Path& site_file, SiteFile presence)
{
    if (presence == SiteFile::MustExist)
        TRY(host.read(site_file));
    return site_settings(host, shipped_policy, site_file.string());
}

Result<EgressPolicy> load_egress_policy(const Host& host, const Path& site_file, SiteFile presence)
{
    const auto settings = TRY(egress_settings(host, site_file, presence));
    auto policy = TRY(parse_egress_policy(settings));
    TRY(read_address_lists(host, policy));
    return policy;
}

}
