#include "egress/own_names.h"

#include "base/text.h"

#include <algorithm>

namespace harden {

std::string_view suffix(bool is_v6)
{
    return is_v6 ? "_6" : "_4";
}

std::string_view suffix(Transport transport)
{
    return transport == Transport::Tcp ? "_tcp" : "_udp";
}

Field address_field(bool is_v6)
{
    return is_v6 ? Field::Address6 : Field::Address4;
}

std::string counter_name(const std::string& group, bool is_v6)
{
    return cat(group, is_v6 ? "_ip6" : "_ip");
}

std::string sources_name(const std::string& group, bool is_v6)
{
    return cat(group, is_v6 ? "_by_6" : "_by_4");
}

std::string group_of_sources(std::string_view set)
{
    constexpr std::string_view between = "_by_";
    const auto at = set.rfind(between);
    if (at == std::string_view::npos || at + between.size() + 1 != set.size())
        return {};
    return std::string{set.substr(0, at)};
}

std::string chain_of(const RefusedGroup& group)
{
    return cat("g_", group.id);
}

std::string settling_chain(const RefusedGroup& group)
{
    return cat("v_", group.id);
}

std::uint32_t level_of(const HostCgroup& cgroup)
{
    return static_cast<std::uint32_t>(1 + std::ranges::count(cgroup.path, '/'));
}

std::string cgroup_set(std::uint32_t level)
{
    return cat("host_level_", std::to_string(level));
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

bool has_ports(const RefusedGroup& group)
{
    return !group.tcp.empty() || !group.udp.empty();
}

bool has_addresses(const RefusedGroup& group)
{
    return !group.addresses4.empty() || !group.addresses6.empty();
}

static bool has_wide_range(const RefusedGroup& group)
{
    static constexpr int widest = 64;
    const auto is_wide = [](const PortRange& range) { return range.last - range.first >= widest; };
    return std::ranges::any_of(group.tcp, is_wide) || std::ranges::any_of(group.udp, is_wide);
}

bool has_own_port_sets(const RefusedGroup& group, const Ruleset& ruleset)
{
    return &group == &ruleset.host_services || has_addresses(group) || has_wide_range(group);
}

bool has_limits(const Ruleset& ruleset)
{
    return ruleset.flows_per_second > 0 || ruleset.parallel_flows > 0;
}

const std::vector<PortRange>& ports_of(const RefusedGroup& group, Transport transport)
{
    return transport == Transport::Tcp ? group.tcp : group.udp;
}

const std::vector<PortRange>& spared_of(const RefusedGroup& group, Transport transport)
{
    return transport == Transport::Tcp ? group.spared_tcp : group.spared_udp;
}

const std::vector<std::string>& addresses_of(const RefusedGroup& group, bool is_v6)
{
    return is_v6 ? group.addresses6 : group.addresses4;
}

bool is_v6_text(std::string_view address)
{
    return address.find(':') != std::string_view::npos;
}

}
