#include "egress/nft_names.h"

#include "base/text.h"
#include "egress/nft_text.h"

#include <algorithm>

namespace harden {

static constexpr auto ports_type = "type inet_service; flags interval; auto-merge;";
static constexpr auto port_map_type = "type inet_service : verdict; flags interval;";

bool has_ports(const RefusedGroup& group)
{
    return !group.tcp.empty() || !group.udp.empty();
}

bool has_addresses(const RefusedGroup& group)
{
    return !group.addresses4.empty() || !group.addresses6.empty();
}

bool has_own_port_sets(const RefusedGroup& group, const Ruleset& ruleset)
{
    return &group == &ruleset.host_services || has_addresses(group);
}

std::string chain_of(const RefusedGroup& group)
{
    return cat("g_", group.id);
}

std::string counter_name(const std::string& group, bool is_v6)
{
    return cat(group, is_v6 ? "_ip6" : "_ip");
}

bool has_allowed(const Ruleset& ruleset, bool is_v6)
{
    return std::ranges::any_of(ruleset.allow, [&](const auto& destination) {
        return (destination.address.find(':') != std::string::npos) == is_v6;
    });
}

std::vector<const RefusedGroup*> groups_of(const Ruleset& ruleset)
{
    std::vector<const RefusedGroup*> groups;
    if (has_addresses(ruleset.metadata))
        groups.push_back(&ruleset.metadata);
    for (const auto& group : ruleset.groups)
        groups.push_back(&group);
    if (has_ports(ruleset.host_services))
        groups.push_back(&ruleset.host_services);
    return groups;
}

static std::string addresses_type(bool is_v6)
{
    return cat("type ", is_v6 ? "ipv6_addr" : "ipv4_addr", "; flags interval; auto-merge;");
}

static void add_sets_of(const RefusedGroup& group, const Ruleset& ruleset,
                        TableObjects::Named& sets)
{
    const auto add_if = [&](bool wanted, std::string_view suffix, std::string type) {
        if (wanted)
            sets.emplace_back(cat(group.id, suffix), std::move(type));
    };
    const bool own_ports = has_own_port_sets(group, ruleset);
    add_if(!group.addresses4.empty(), "_4", addresses_type(false));
    add_if(!group.addresses6.empty(), "_6", addresses_type(true));
    add_if(!group.tcp.empty() && own_ports, "_tcp", ports_type);
    add_if(!group.udp.empty() && own_ports, "_udp", ports_type);
    add_if(!group.spared_tcp.empty(), "_spared_tcp", ports_type);
    add_if(!group.spared_udp.empty(), "_spared_udp", ports_type);
}

static void add_rate(const Ruleset& ruleset, TableObjects& objects)
{
    if (ruleset.flows_per_second == 0)
        return;
    for (const bool is_v6 : {false, true}) {
        objects.sets.emplace_back(is_v6 ? "rate_6" : "rate_4",
                                  cat("type ", is_v6 ? "ipv6_addr" : "ipv4_addr",
                                      "; size 65535; flags dynamic,timeout; timeout 60s;"));
        objects.counters.push_back(counter_name("rate", is_v6));
    }
    objects.chains.emplace_back("new_flow", "");
    objects.chains.emplace_back("rate_over", "");
}

TableObjects table_objects(const Ruleset& ruleset)
{
    TableObjects objects;
    objects.sets = {{"container_if", "type ifname; flags interval; auto-merge;"}};
    if (has_allowed(ruleset, false))
        objects.sets.emplace_back("allow_4", "type ipv4_addr . inet_service; flags interval;");
    if (has_allowed(ruleset, true))
        objects.sets.emplace_back("allow_6", "type ipv6_addr . inet_service; flags interval;");
    objects.maps = {{"tcp_ports", port_map_type}, {"udp_ports", port_map_type}};
    // before DNAT (-100), so that the address a container asked for is judged
    objects.chains = {{"prerouting", "type filter hook prerouting priority -160; policy accept;"},
                      {"forward", "type filter hook forward priority -10; policy accept;"},
                      {"input", "type filter hook input priority -10; policy accept;"},
                      {"refuse", ""},
                      {"discard", ""}};
    for (const auto* group : groups_of(ruleset)) {
        objects.chains.emplace_back(chain_of(*group), "");
        objects.counters.push_back(counter_name(group->id, false));
        objects.counters.push_back(counter_name(group->id, true));
        add_sets_of(*group, ruleset, objects.sets);
    }
    add_rate(ruleset, objects);
    return objects;
}

}
