#include "egress/container_ingress.h"

#include "egress/container_nft.h"
#include "egress/container_text.h"

#include <algorithm>

namespace harden {

static constexpr auto ingress_priority = "-300";

namespace {

using namespace container_text;

std::string own_addresses6(const PlacedLink& link)
{
    return cat("ip6 saddr ", braced(link.addresses6));
}

// Frames to anybody but the bridge pass by the rules for packets; of those a closed container may
// send only what finds the bridge, and what --cidr allows.
void add_closed_ingress(Writer& to, const PlacedContainer& container, const PlacedLink& link)
{
    const auto to_bridge = cat("ether daddr ", link.link.bridge_address, " ");
    const auto own4 = cat("ip saddr ", link.address4);
    if (!link.address4.empty())
        to.rule(to_bridge, own4, " accept");
    if (!link.addresses6.empty()) {
        to.rule(to_bridge, own_addresses6(link), " accept");
        to.rule(own_addresses6(link), " ", neighbour_discovery, " accept");
    }
    if (container.policy.mode != ContainerMode::Allow)
        return;
    for (const auto& target : container.policy.targets) {
        const auto network = to_text(target.network);
        if (target.network.is_v6 && !link.addresses6.empty())
            to.rule(own_addresses6(link), " ip6 daddr ", network, " accept");
        else if (!target.network.is_v6 && !link.address4.empty())
            to.rule(own4, " ip daddr ", network, " accept");
    }
}

// Only what Docker gave it may stand as a sender, in frames, ARP and packets.
void add_ingress_chain(Writer& to, const PlacedContainer& container, std::size_t number)
{
    const auto& link = container.links[number];
    to.begin_chain(cat("from_", container_key(container.policy.id), "_", std::to_string(number)));
    to.rule("type filter hook ingress device \"", link.link.device, "\" priority ",
            ingress_priority, "; policy drop;");
    to.rule("ether saddr != ", link.hardware_address, " drop");
    if (!link.address4.empty())
        to.rule("arp saddr ether ", link.hardware_address, " arp saddr ip { 0.0.0.0, ",
                link.address4, " } accept");
    to.rule("ip6 saddr :: icmpv6 type nd-neighbor-solicit accept");
    if (is_closed(container.policy))
        add_closed_ingress(to, container, link);
    else {
        if (!link.address4.empty())
            to.rule("ip saddr ", link.address4, " accept");
        if (!link.addresses6.empty())
            to.rule(own_addresses6(link), " accept");
        // before it knows its address, and of no use to anybody who spoofs
        to.rule("ip6 saddr :: icmpv6 type { nd-router-solicit, mld2-listener-report } accept");
    }
    to.end();
}

}

// These stand in the text of rules: nothing but what they are may stand in them.
static bool is_device(std::string_view name)
{
    return !name.empty() && name.size() < 16 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    });
}

static bool is_hardware_address(std::string_view text)
{
    if (text.size() != 17)
        return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (i % 3 == 2
                ? text[i] != ':'
                : std::string_view{"0123456789abcdef"}.find(text[i]) == std::string_view::npos)
            return false;
    return true;
}

static Result<> device_or_nothing(const std::string& name)
{
    if (name.empty() || is_device(name))
        return done;
    return Error{ErrorKind::Unsupported,
                 cat("device \"", escaped(name), "\" has a name that no rule can hold"),
                 {}};
}

Result<> writable(const PlacedLink& link)
{
    TRY(device_or_nothing(link.link.device));
    TRY(device_or_nothing(link.link.bridge));
    if (!link.address4.empty())
        TRY(parse_network(link.address4));
    for (const auto& address : link.addresses6)
        TRY(parse_network(address));
    if (link.link.device.empty())
        return done;
    for (const auto& address : {link.hardware_address, link.link.bridge_address})
        if (!is_hardware_address(address))
            return Error{
                ErrorKind::Malformed, cat("\"", escaped(address), "\" is no hardware address"), {}};
    return done;
}

std::string ingress_table(const ContainerPlan& plan)
{
    Writer to;
    to.line("table netdev ", container_table, " {");
    for (const auto& container : plan)
        for (std::size_t number = 0; number < container.links.size(); ++number)
            if (!container.links[number].link.device.empty())
                add_ingress_chain(to, container, number);
    to.line("}");
    return to.text;
}

}
