#include "firewall/policy.h"

#include "node/confirmation.h"
#include "node/ports.h"
#include "node/site_settings.h"

#include <algorithm>
#include <cctype>

namespace harden {

static constexpr auto shipped_policy = "rules/firewall.toml";
static constexpr std::int64_t highest_rate = 100'000;
static constexpr std::size_t most_rules = 1000;
static constexpr std::size_t most_entries = 10'000; // of one list

static Error at(const Setting& setting, const Error& error)
{
    return {error.kind, cat(to_text(setting.origin), ": ", error.message), error.hint};
}

static Error wrong(const Setting& setting, std::string_view complaint, std::string hint = {})
{
    return {ErrorKind::Malformed, cat(to_text(setting.origin), ": ", complaint), std::move(hint)};
}

// The entries of a list that may be absent but not empty: nobody could tell whether an empty one
// means everybody or nobody.
static Result<std::vector<Setting>> entries(TableReader& table, std::string_view key)
{
    const bool is_there = table.has(key);
    auto list = TRY(table.array(key));
    if (is_there && list.empty())
        return Error{ErrorKind::Malformed,
                     table.error_at(key, "is empty, so it would let nobody in").message,
                     cat("leave out ", key, " for no limit, or list who may come in")};
    if (list.size() > most_entries)
        return table.error_at(key, cat("has more than ", std::to_string(most_entries), " entries"));
    return list;
}

static Result<std::string> text_of(const Setting& setting)
{
    if (const auto* text = std::get_if<std::string>(&setting.value))
        return *text;
    return wrong(setting, "is no text");
}

static Result<std::vector<Network>> networks_in(const std::vector<Setting>& list)
{
    std::vector<Network> networks;
    for (const auto& setting : list) {
        const auto network = parse_network(TRY(text_of(setting)));
        if (!network)
            return at(setting, network.error());
        networks.push_back(*network);
    }
    return networks;
}

static Result<std::vector<PortRange>> ports_in(const std::vector<Setting>& list)
{
    std::vector<PortRange> ports;
    for (const auto& setting : list) {
        const auto* number = std::get_if<std::int64_t>(&setting.value);
        const auto text = number != nullptr ? std::to_string(*number) : TRY(text_of(setting));
        const auto range = parse_ports(text);
        if (!range)
            return at(setting, range.error());
        ports.push_back(*range);
    }
    return disjoint(std::move(ports));
}

// As the kernel takes it, with "*" at the end for what begins so.
static bool is_interface(std::string_view name)
{
    constexpr std::size_t longest = 15;
    if (name.ends_with('*'))
        name.remove_suffix(1);
    else if (name.empty())
        return false;
    return name.size() <= longest && name != "." && name != ".." &&
           std::ranges::all_of(name, [](unsigned char letter) {
               return std::isalnum(letter) != 0 ||
                      std::string_view{"-_.@"}.find(static_cast<char>(letter)) !=
                          std::string_view::npos;
           });
}

static Result<std::vector<std::string>> interfaces_in(const std::vector<Setting>& list)
{
    std::vector<std::string> names;
    for (const auto& setting : list) {
        const auto name = TRY(text_of(setting));
        if (!is_interface(name))
            return wrong(setting, cat("\"", escaped(name, 64), "\" is no interface"),
                         "a name as ip link shows it, or its beginning and *");
        names.push_back(name);
    }
    return names;
}

static Result<Senders> senders_from(TableReader& table)
{
    Senders senders;
    if (table.has("from"))
        senders.from = TRY(networks_in(TRY(entries(table, "from"))));
    if (table.has("interfaces"))
        senders.interfaces = TRY(interfaces_in(TRY(entries(table, "interfaces"))));
    return senders;
}

static bool is_plain(std::string_view name)
{
    return !name.empty() && name.size() <= 32 &&
           std::ranges::all_of(name, [](unsigned char letter) {
               return std::isalnum(letter) != 0 || letter == '-' || letter == '_';
           });
}

static Result<InboundRule> rule_from(const std::string& name, TableReader& table)
{
    InboundRule rule{.name = name};
    if (TRY(table.one_of("to", {"node", "containers"})) == "containers")
        rule.reach = Reach::Containers;
    rule.tcp = TRY(ports_in(TRY(entries(table, "tcp"))));
    rule.udp = TRY(ports_in(TRY(entries(table, "udp"))));
    if (rule.tcp.empty() && rule.udp.empty())
        return table.error_at("tcp", "no port is named: tcp = […], udp = […] or both");
    rule.senders = TRY(senders_from(table));
    TRY(table.finish());
    return rule;
}

static Result<> read_ssh(TableReader& document, FirewallPolicy& policy)
{
    auto table = TRY(document.table("ssh"));
    policy.ssh_ports = TRY(ports_in(TRY(entries(table, "ports"))));
    policy.ssh = TRY(senders_from(table));
    policy.ssh_per_minute =
        static_cast<int>(TRY(table.integer("connections_per_minute", 1, highest_rate)));
    policy.ssh_burst = static_cast<int>(TRY(table.integer("burst", 1, highest_rate)));
    return table.finish();
}

static Result<> read_deny(TableReader& document, FirewallPolicy& policy)
{
    auto table = TRY(document.table("deny"));
    const auto list = TRY(table.array("addresses"));
    if (list.size() > most_entries)
        return table.error_at("addresses",
                              cat("has more than ", std::to_string(most_entries), " entries"));
    policy.deny = TRY(networks_in(list));
    for (std::size_t i = 0; i < list.size(); ++i)
        if (policy.deny[i].prefix == 0)
            return wrong(list[i], "denies everybody");
    return table.finish();
}

static Result<> read_allow(TableReader& document, FirewallPolicy& policy)
{
    if (!document.has("allow"))
        return done;
    for (auto& [name, table] : TRY(document.tables("allow"))) {
        if (!is_plain(name))
            return document.error_at(
                "allow", cat("\"", escaped(name, 64), "\" is no name: letters, digits, - and _"));
        policy.allow.push_back(TRY(rule_from(name, table)));
    }
    if (policy.allow.size() > most_rules)
        return document.error_at("allow",
                                 cat("has more than ", std::to_string(most_rules), " rules"));
    return done;
}

Result<FirewallPolicy> firewall_policy_from(const Setting& document)
{
    TableReader reader{document, ""};
    FirewallPolicy policy;
    TRY(reader.integer("version", 1, 1));
    policy.confirm_within = std::chrono::seconds{
        TRY(reader.integer("confirm_within", shortest_confirmation, longest_confirmation))};
    policy.inside = TRY(interfaces_in(TRY(reader.array("inside"))));
    if (is_one_of(policy.inside, "lo"))
        return reader.error_at("inside", "every interface, or lo, cannot be inside");
    if (TRY(reader.one_of("containers_to_node", {"refuse", "allow"})) == "allow")
        policy.to_node = FromContainers::Allow;
    if (TRY(reader.one_of("transit", {"refuse", "allow"})) == "allow")
        policy.transit = Transit::Allow;
    TRY(read_ssh(reader, policy));
    TRY(read_deny(reader, policy));
    TRY(read_allow(reader, policy));
    TRY(reader.finish());
    return policy;
}

Result<Setting> firewall_settings(const Host& host)
{
    return site_settings(host, shipped_policy, site_firewall_policy);
}

Result<FirewallPolicy> parse_firewall_policy(std::string_view site)
{
    const auto settings = TRY(with_site(shipped_policy, site, site_firewall_policy));
    return firewall_policy_from(settings);
}

bool is_one_of(const std::vector<std::string>& patterns, std::string_view interface)
{
    return std::ranges::any_of(patterns, [&](std::string_view pattern) {
        return pattern.ends_with('*') ? interface.starts_with(pattern.substr(0, pattern.size() - 1))
                                      : interface == pattern;
    });
}

}
