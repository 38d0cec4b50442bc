#pragma once

#include "firewall/policy.h"

#include <optional>

namespace harden {

// What the policy leaves to the node: where sshd listens, and whose way in stays open whatever the
// policy says.
struct FirewallFacts {
    std::vector<std::uint16_t> ssh_ports;
    std::optional<Network> operator_address;
};

// The ports of SSH that the policy means here.
std::vector<PortRange> ssh_ports_of(const FirewallPolicy& policy, const FirewallFacts& facts);

// The table inet harden_firewall as nft reads it: the same text for the same policy and facts.
std::string table_text(const FirewallPolicy& policy, const FirewallFacts& facts);

// Names of the counters in it.
inline constexpr auto refused_node = "refused_node";
inline constexpr auto refused_containers = "refused_containers";
inline constexpr auto refused_transit = "refused_transit";
inline constexpr auto refused_denied = "refused_denied";
inline constexpr auto refused_ssh_rate = "refused_ssh_rate";

}
