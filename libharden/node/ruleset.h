#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace harden {

// A closed range of ports; first == last for a single one.
struct PortRange {
    std::uint16_t first = 0;
    std::uint16_t last = 0;
    bool operator==(const PortRange&) const = default;
};

enum class Tier { Hard, Soft }; // refuse; or count and log only

// What containers may not reach: one group of the policy, compiled.
struct RefusedGroup {
    std::string id; // "smtp"
    Tier tier = Tier::Hard;
    std::vector<PortRange> tcp;
    std::vector<PortRange> udp;
    std::vector<std::string> addresses4; // CIDR; empty with ports: any destination
    std::vector<std::string> addresses6;
    bool operator==(const RefusedGroup&) const = default;
};

// A destination that stays open in spite of a group.
struct AllowedDestination {
    std::string address; // IPv4 or IPv6 CIDR
    PortRange ports;
    bool operator==(const AllowedDestination&) const = default;
};

// Everything our firewall shall hold: a value that can be printed, compared and applied.
struct Ruleset {
    std::vector<std::string> container_interfaces; // names, or prefixes that end in "*"
    std::vector<RefusedGroup> groups;
    RefusedGroup metadata;              // judged before DNAT; DNS and NTP spared
    std::vector<PortRange> host_tcp;    // services of the node itself, closed to containers
    std::vector<AllowedDestination> allow;
    std::uint32_t flows_per_second = 0; // new flows per source; 0: no limit
    std::uint32_t flow_burst = 0;
    bool operator==(const Ruleset&) const = default;
};

}
