#include "egress/self_test_model.h"

#include <algorithm>

namespace harden {

bool holds(const std::vector<PortRange>& ports, std::uint16_t port)
{
    return std::ranges::any_of(
        ports, [&](const PortRange& range) { return range.first <= port && port <= range.last; });
}

static bool holds(const std::vector<Network>& networks, const Network& address)
{
    return std::ranges::any_of(networks,
                               [&](const Network& network) { return contains(network, address); });
}

static Result<> append(std::vector<Network>& networks, const std::vector<std::string>& texts)
{
    for (const auto& text : texts)
        networks.push_back(TRY(parse_network(text)));
    return done;
}

Result<> PolicyModel::add(const RefusedGroup& group)
{
    Group parsed{.rules = &group};
    TRY(append(parsed.addresses, group.addresses4));
    TRY(append(parsed.addresses, group.addresses6));
    TRY(append(parsed.open_to, group.open_to));
    groups_.push_back(std::move(parsed));
    return done;
}

Result<PolicyModel> PolicyModel::of(const Ruleset& ruleset)
{
    PolicyModel model{ruleset};
    TRY(model.add(ruleset.metadata));
    TRY(model.add(ruleset.host_services));
    for (const auto& group : ruleset.groups)
        TRY(model.add(group));
    for (const auto& destination : ruleset.allow) {
        Allowed allowed{TRY(parse_network(destination.address)), destination.ports, {}};
        if (!destination.source.empty())
            TRY(append(allowed.sources, {destination.source}));
        model.allowed_.push_back(std::move(allowed));
    }
    return model;
}

bool PolicyModel::is_allowed(const TestPacket& packet) const
{
    return std::ranges::any_of(allowed_, [&](const Allowed& allowed) {
        return contains(allowed.address, packet.destination) &&
               holds({allowed.ports}, packet.port) &&
               (allowed.sources.empty() || holds(allowed.sources, packet.source));
    });
}

// Metadata before anything else, what is for the node itself by host services alone.
bool PolicyModel::is_judged_by(const Group& group, const TestPacket& packet) const
{
    if (group.rules == &ruleset_.metadata)
        return !group.addresses.empty();
    return packet.is_to_node == (group.rules == &ruleset_.host_services);
}

bool PolicyModel::meets(const Group& group, const TestPacket& packet) const
{
    const auto& rules = *group.rules;
    const bool is_tcp = packet.protocol == Protocol::Tcp;
    const bool has_ports = !rules.tcp.empty() || !rules.udp.empty();
    if (!is_judged_by(group, packet) || holds(group.open_to, packet.source))
        return false;
    if (!group.addresses.empty() && !holds(group.addresses, packet.destination))
        return false;
    if (has_ports && !holds(is_tcp ? rules.tcp : rules.udp, packet.port))
        return false;
    return (has_ports || !group.addresses.empty()) &&
           !holds(is_tcp ? rules.spared_tcp : rules.spared_udp, packet.port);
}

const RefusedGroup* PolicyModel::refusing(const TestPacket& packet) const
{
    if (is_allowed(packet))
        return nullptr;
    for (const auto& group : groups_)
        if (group.rules->tier == Tier::Hard && meets(group, packet))
            return group.rules;
    return nullptr;
}

bool PolicyModel::counts(const RefusedGroup& group, const TestPacket& packet) const
{
    return refusing(packet) == nullptr && !is_allowed(packet) &&
           std::ranges::any_of(groups_, [&](const Group& parsed) {
               return parsed.rules == &group && meets(parsed, packet);
           });
}

}
