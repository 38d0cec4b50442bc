#include "egress/own_sets.h"

#include "base/text.h"
#include "egress/own_names.h"

#include <algorithm>
#include <map>

namespace harden {

// The kernel sets room aside for all of them at once: a MiB where 65,535 senders are told apart.
static constexpr std::uint32_t most_limited = 16'384;
static constexpr std::uint32_t most_counted = 512;
static constexpr std::chrono::seconds rate_memory{60};
static constexpr std::chrono::hours source_memory{24};

static std::vector<SetElement> elements_of(const std::vector<PortRange>& ports)
{
    std::vector<SetElement> elements;
    for (const auto& range : ports)
        elements.push_back(port_element(range));
    return merged(std::move(elements));
}

// Those of one family.
static Result<std::vector<SetElement>> elements_of(const std::vector<std::string>& networks,
                                                   bool is_v6)
{
    std::vector<SetElement> elements;
    for (const auto& network : networks)
        if (is_v6_text(network) == is_v6)
            elements.push_back(TRY(address_element(network)));
    return merged(std::move(elements));
}

namespace {

class Sets {
public:
    explicit Sets(const Ruleset& ruleset)
        : ruleset_{ruleset}
    {
    }
    Result<std::vector<TableSet>> all();

private:
    TableSet& add(std::string name, std::vector<Field> key, std::vector<SetElement> elements);
    void add_memory(std::string name, bool is_v6, std::uint32_t size, std::chrono::seconds timeout);
    void add_sources(const std::string& group);
    Result<> add_group(const RefusedGroup& group);
    Result<> add_allowed(bool is_v6);
    void add_limits();
    void add_cgroups();
    void add_maps(std::string_view prefix, std::string (*chain)(const RefusedGroup&));

    const Ruleset& ruleset_;
    std::vector<TableSet> sets_;
};

TableSet& Sets::add(std::string name, std::vector<Field> key, std::vector<SetElement> elements)
{
    std::ranges::sort(elements, {}, &SetElement::first);
    sets_.push_back(
        {.name = std::move(name), .key = std::move(key), .elements = std::move(elements)});
    return sets_.back();
}

// One element a source, made by its packets.
void Sets::add_memory(std::string name, bool is_v6, std::uint32_t size,
                      std::chrono::seconds timeout)
{
    auto& set = add(std::move(name), {address_field(is_v6)}, {});
    set.is_interval = false;
    set.is_dynamic = true;
    set.size = size;
    set.timeout = timeout;
}

void Sets::add_sources(const std::string& group)
{
    for (const bool is_v6 : both_families)
        add_memory(sources_name(group, is_v6), is_v6, most_counted, source_memory);
}

Result<> Sets::add_group(const RefusedGroup& group)
{
    for (const bool is_v6 : both_families) {
        if (const auto& addresses = addresses_of(group, is_v6); !addresses.empty())
            add(cat(group.id, suffix(is_v6)), {address_field(is_v6)},
                TRY(elements_of(addresses, is_v6)));
        if (auto open = TRY(elements_of(group.open_to, is_v6)); !open.empty())
            add(cat(group.id, "_open", suffix(is_v6)), {address_field(is_v6)}, std::move(open));
    }
    for (const auto transport : both_transports) {
        if (const auto& ports = ports_of(group, transport);
            !ports.empty() && has_own_port_sets(group, ruleset_))
            add(cat(group.id, suffix(transport)), {Field::Port}, elements_of(ports));
        if (const auto& spared = spared_of(group, transport); !spared.empty())
            add(cat(group.id, "_spared", suffix(transport)), {Field::Port}, elements_of(spared));
    }
    return done;
}

// to_text() of a network leaves a full prefix away.
bool is_one_address(std::string_view network)
{
    return network.find('/') == std::string_view::npos;
}

Result<> Sets::add_allowed(bool is_v6)
{
    std::vector<SetElement> to_all;
    std::vector<SetElement> from_networks;
    std::vector<SetElement> from_hosts; // apart, since they may lie in one of the networks
    for (const auto& [address, ports, source] : ruleset_.allow) {
        if (is_v6_text(address) != is_v6)
            continue;
        std::vector<SetElement> fields;
        if (!source.empty())
            fields.push_back(TRY(address_element(source)));
        fields.push_back(TRY(address_element(address)));
        fields.push_back(port_element(ports));
        auto& sources = is_one_address(source) ? from_hosts : from_networks;
        (source.empty() ? to_all : sources).push_back(concatenated(fields));
    }
    const auto address = address_field(is_v6);
    if (!to_all.empty())
        add(cat("allow", suffix(is_v6)), {address, Field::Port}, std::move(to_all));
    const std::vector<Field> from{address, address, Field::Port};
    if (!from_networks.empty())
        add(cat("allow_from", suffix(is_v6)), from, std::move(from_networks));
    if (!from_hosts.empty())
        add(cat("allow_host", suffix(is_v6)), from, std::move(from_hosts));
    return done;
}

void Sets::add_limits()
{
    if (has_limits(ruleset_))
        add_sources("rate");
    for (const bool is_v6 : both_families) {
        if (ruleset_.flows_per_second > 0)
            add_memory(cat("rate", suffix(is_v6)), is_v6, most_limited, rate_memory);
        if (ruleset_.parallel_flows > 0) // the kernel takes no timeout where it counts flows
            add_memory(cat("flows", suffix(is_v6)), is_v6, most_limited, std::chrono::seconds{0});
    }
}

void Sets::add_cgroups()
{
    std::map<std::uint32_t, std::vector<SetElement>> levels;
    for (const auto& cgroup : ruleset_.host_cgroups)
        levels[level_of(cgroup)].push_back(cgroup_element(cgroup.id));
    for (auto& [level, elements] : levels)
        add(cgroup_set(level), {Field::Cgroup}, std::move(elements)).is_interval = false;
}

// Groups of ports alone share one map a protocol, so that a packet pays one look-up for all.
void Sets::add_maps(std::string_view prefix, std::string (*chain)(const RefusedGroup&))
{
    for (const auto transport : both_transports) {
        std::vector<SetElement> elements;
        for (const auto& group : ruleset_.groups) {
            if (has_own_port_sets(group, ruleset_))
                continue;
            for (const auto& range : ports_of(group, transport))
                for (int port = range.first; port <= range.last; ++port) {
                    const auto single = static_cast<std::uint16_t>(port);
                    elements.push_back(port_element({single, single}));
                    elements.back().chain = chain(group);
                }
        }
        auto& map = add(cat(prefix, transport == Transport::Tcp ? "tcp_ports" : "udp_ports"),
                        {Field::Port}, std::move(elements));
        map.is_map = true;
        map.is_interval = false;
    }
}

Result<std::vector<TableSet>> Sets::all()
{
    std::vector<SetElement> interfaces;
    for (const auto& name : ruleset_.container_interfaces)
        interfaces.push_back(interface_element(name));
    add(interfaces_set, {Field::Interface}, merged(std::move(interfaces)));
    for (const bool is_v6 : both_families)
        TRY(add_allowed(is_v6));
    for (const auto* group : groups_of(ruleset_)) {
        TRY(add_group(*group));
        add_sources(group->id);
    }
    add_limits();
    add_maps("", chain_of);
    if (!ruleset_.host_cgroups.empty())
        add_maps("host_", settling_chain);
    add_cgroups();
    return std::move(sets_);
}

}

Result<std::vector<TableSet>> own_sets(const Ruleset& ruleset)
{
    return Sets{ruleset}.all();
}

}
