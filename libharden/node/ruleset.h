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

enum class Tier { Hard, Soft };     // refuse; or count and log only
enum class Action { Refuse, Drop }; // tell the sender at once; or say nothing

// What containers may not reach: one group of the policy, compiled. Ports alone close them to any
// destination, addresses alone close them whole, both close these ports at these addresses.
struct RefusedGroup {
    std::string id; // "smtp"
    Tier tier = Tier::Hard;
    Action action = Action::Refuse;
    std::vector<PortRange> tcp;
    std::vector<PortRange> udp;
    std::vector<std::string> addresses4; // CIDR
    std::vector<std::string> addresses6;
    std::vector<PortRange> spared_tcp; // stay open at the group's addresses: DNS, NTP
    std::vector<PortRange> spared_udp;
    std::vector<std::string> open_to; // sources (CIDR, both families) that the group is not for
    bool operator==(const RefusedGroup&) const = default;
};

// A destination that stays open in spite of every group.
struct AllowedDestination {
    std::string address; // IPv4 or IPv6 CIDR
    PortRange ports;
    std::string source{}; // for these senders only: CIDR of the same family; empty: for everybody
    bool operator==(const AllowedDestination&) const = default;
};

// A control group whose processes are judged like containers although they use the network of the
// node itself. The kernel knows it by number, which changes when a group of the same path is made
// anew.
struct HostCgroup {
    std::string path;     // below the mount of cgroup2: "docker", "system.slice/docker-1f.scope"
    std::uint64_t id = 0; // its inode
    bool operator==(const HostCgroup&) const = default;
};

// Everything our firewall shall hold: a value that can be printed, compared and applied.
struct Ruleset {
    std::vector<std::string> container_interfaces; // names, or prefixes that end in "*"
    std::vector<RefusedGroup> groups;              // judged on the way out of the node
    RefusedGroup metadata;                         // judged before DNAT; without addresses: none
    RefusedGroup host_services;                    // ports of the node itself; without ports: none
    std::vector<AllowedDestination> allow;         // no two overlap
    std::uint32_t flows_per_second = 0;            // new flows per source; 0: no limit
    std::uint32_t flow_burst = 0;
    std::uint32_t parallel_flows = 0; // open flows per source; 0: no limit
    Tier rate_tier = Tier::Hard;      // of both limits
    std::vector<HostCgroup> host_cgroups;
    bool operator==(const Ruleset&) const = default;
};

}
