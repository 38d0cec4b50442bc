#pragma once

#include "base/settings.h"
#include "node/address.h"
#include "node/host.h"
#include "node/ruleset.h"

#include <chrono>
#include <string>
#include <vector>

namespace harden {

inline constexpr auto site_firewall_policy = "/etc/harden/firewall.toml";

// Who is meant, by address and by the interface that they come by.
struct Senders {
    std::vector<Network> from{{}, {.is_v6 = true}}; // everybody
    std::vector<std::string> interfaces{"*"};       // names, or prefixes that end in "*"
};

// Programs of the node itself, or what the engine publishes for containers.
enum class Reach { Node, Containers };

struct InboundRule {
    std::string name;
    Reach reach = Reach::Node;
    std::vector<PortRange> tcp; // disjoint
    std::vector<PortRange> udp;
    Senders senders;
};

enum class Transit { Refuse, Allow };
enum class FromContainers { Refuse, Allow };

// rules/firewall.toml with the site's file on top.
struct FirewallPolicy {
    std::chrono::seconds confirm_within{120};
    std::vector<std::string> inside; // interfaces of containers
    FromContainers to_node = FromContainers::Refuse;
    Transit transit = Transit::Refuse;
    std::vector<PortRange> ssh_ports; // empty: those on which sshd listens
    Senders ssh;
    int ssh_per_minute = 30; // new connections of one source
    int ssh_burst = 20;
    std::vector<Network> deny;
    std::vector<InboundRule> allow;
};

Result<Setting> firewall_settings(const Host& host); // for --show-config
Result<FirewallPolicy> firewall_policy_from(const Setting& document);
// Both, from a site's file in these words; for tests and fuzzing.
Result<FirewallPolicy> parse_firewall_policy(std::string_view site);

// Whether a name is one of `patterns`.
bool is_one_of(const std::vector<std::string>& patterns, std::string_view interface);

}
