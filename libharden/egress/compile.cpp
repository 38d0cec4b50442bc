#include "egress/compile.h"

#include "base/text.h"
#include "egress/names.h"
#include "node/address.h"
#include "node/ports.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace harden {

// Sorted, and without the names that a prefix among them covers: the kernel's set of intervals
// would merge them and then never read as it was written.
static std::vector<std::string> interfaces(std::vector<std::string> names,
                                           const std::vector<std::string>& bridges)
{
    names.insert(names.end(), bridges.begin(), bridges.end());
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::vector<std::string> kept;
    for (const auto& name : names) {
        const auto covered = [&](const std::string& other) {
            return other != name && covers(other, name);
        };
        if (std::ranges::none_of(names, covered))
            kept.push_back(name);
    }
    return kept;
}

static bool is_for_any_address(const RefusedGroup& group)
{
    return group.addresses4.empty() && group.addresses6.empty();
}

struct TakenPorts {
    std::vector<PortRange> tcp;
    std::vector<PortRange> udp;
};

static void claim(std::vector<PortRange>& ports, std::vector<PortRange>& taken)
{
    ports = without(ports, taken);
    taken.insert(taken.end(), ports.begin(), ports.end());
    taken = disjoint(std::move(taken));
}

static void claim_ports(std::vector<RefusedGroup>& groups, Tier tier, TakenPorts& taken)
{
    for (auto& group : groups) {
        if (group.tier != tier || !is_for_any_address(group))
            continue;
        claim(group.tcp, taken.tcp);
        claim(group.udp, taken.udp);
    }
}

static bool is_empty(const RefusedGroup& group)
{
    return is_for_any_address(group) && group.tcp.empty() && group.udp.empty();
}

// CIDR blocks nest or are apart, so dropping the inner ones leaves none that overlap.
static std::vector<Network> outermost(const std::vector<Network>& networks)
{
    std::vector<Network> kept;
    for (const auto& network : networks) {
        const auto is_inside = [&](const Network& other) {
            return other != network && contains(other, network);
        };
        if (std::ranges::none_of(networks, is_inside) &&
            std::ranges::find(kept, network) == kept.end())
            kept.push_back(network);
    }
    return kept;
}

// Cuts the port ranges at every boundary that another one has, then keeps the outermost networks
// of each piece: the kernel takes no two elements that overlap.
static Result<std::vector<AllowedDestination>> apart(const std::vector<AllowedDestination>& allow,
                                                     const std::string& source)
{
    std::set<int> cuts;
    for (const auto& destination : allow) {
        cuts.insert(destination.ports.first);
        cuts.insert(destination.ports.last + 1);
    }
    std::vector<AllowedDestination> result;
    for (auto cut = cuts.begin(); cut != cuts.end() && std::next(cut) != cuts.end(); ++cut) {
        const PortRange piece{static_cast<std::uint16_t>(*cut),
                              static_cast<std::uint16_t>(*std::next(cut) - 1)};
        std::vector<Network> networks;
        for (const auto& destination : allow)
            if (destination.ports.first <= piece.first && piece.last <= destination.ports.last)
                networks.push_back(TRY(parse_network(destination.address)));
        for (const auto& network : outermost(networks))
            result.push_back({to_text(network), piece, source});
    }
    return result;
}

static bool is_block(const std::string& network)
{
    return network.find('/') != std::string::npos;
}

// For each sender by itself, and senders that overlap only where one is a single address: those
// have a set of their own.
static Result<std::vector<AllowedDestination>> apart(const std::vector<AllowedDestination>& allow)
{
    std::map<std::string, std::vector<AllowedDestination>> by_source;
    for (const auto& destination : allow)
        by_source[destination.source].push_back(destination);
    std::vector<AllowedDestination> result;
    for (const auto& [source, destinations] : by_source) {
        for (const auto& [other, ignored] : by_source)
            if (is_block(source) && is_block(other) && source != other &&
                contains(TRY(parse_network(source)), TRY(parse_network(other))))
                return Error{ErrorKind::Malformed,
                             cat("the networks ", source, " and ", other, " overlap"),
                             "allow the destination for one of them"};
        for (auto& destination : TRY(apart(destinations, source)))
            result.push_back(std::move(destination));
    }
    return result;
}

static Result<std::vector<std::string>>
outermost_addresses(const std::vector<std::string>& addresses)
{
    std::vector<Network> networks;
    for (const auto& address : addresses)
        networks.push_back(TRY(parse_network(address)));
    std::ranges::sort(networks, {}, [](const Network& network) {
        return std::tuple{network.is_v6, network.bytes, network.prefix};
    });
    std::vector<std::string> kept; // sorted, an outer network stands before its inner ones
    const Network* outer = nullptr;
    for (const auto& network : networks) {
        if (outer && contains(*outer, network))
            continue;
        outer = &network;
        kept.push_back(to_text(network));
    }
    return kept;
}

static Result<RefusedGroup> normal(RefusedGroup group)
{
    group.tcp = disjoint(std::move(group.tcp));
    group.udp = disjoint(std::move(group.udp));
    group.spared_tcp = disjoint(std::move(group.spared_tcp));
    group.spared_udp = disjoint(std::move(group.spared_udp));
    group.addresses4 = TRY(outermost_addresses(group.addresses4));
    group.addresses6 = TRY(outermost_addresses(group.addresses6));
    group.open_to = TRY(outermost_addresses(group.open_to));
    return group;
}

Result<Ruleset> compile_egress(const EgressPolicy& policy, const std::vector<std::string>& bridges)
{
    Ruleset ruleset;
    ruleset.container_interfaces = interfaces(policy.container_interfaces, bridges);
    ruleset.allow = TRY(apart(policy.allow));
    ruleset.flows_per_second = policy.flows_per_second;
    ruleset.flow_burst = policy.flow_burst;
    ruleset.parallel_flows = policy.parallel_flows;
    ruleset.rate_tier = policy.rate_tier;
    for (const auto& [group, enabled, lists] : policy.groups) {
        if (!enabled)
            continue;
        auto refused = TRY(normal(group));
        if (refused.id == "metadata")
            ruleset.metadata = std::move(refused);
        else if (refused.id == "host-services")
            ruleset.host_services = std::move(refused);
        else
            ruleset.groups.push_back(std::move(refused));
    }
    TakenPorts taken;
    claim_ports(ruleset.groups, Tier::Hard, taken);
    claim_ports(ruleset.groups, Tier::Soft, taken);
    std::erase_if(ruleset.groups, is_empty);
    return ruleset;
}

}
