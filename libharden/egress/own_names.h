#pragma once

#include "egress/rule_part.h"
#include "egress/set_element.h"

#include <string>
#include <string_view>
#include <vector>

namespace harden {

// What the objects of our own table are called, and which group needs which of them.

inline constexpr auto interfaces_set = "container_if";
inline constexpr bool both_families[] = {false, true}; // is_v6
inline constexpr Transport both_transports[] = {Transport::Tcp, Transport::Udp};

std::string_view suffix(bool is_v6);          // "_4", "_6"
std::string_view suffix(Transport transport); // "_tcp", "_udp"
Field address_field(bool is_v6);

// "smtp" and IPv6 to "smtp_ip6"; the set of its senders is "smtp_by_6".
std::string counter_name(const std::string& group, bool is_v6);
std::string sources_name(const std::string& group, bool is_v6);
// And back: empty where it is no set of senders.
std::string group_of_sources(std::string_view set);
// Where a group's packets come when their destination fits, and where it is settled what becomes
// of them. The first asks for the interfaces; containers on the node's own network skip it.
std::string chain_of(const RefusedGroup& group);
std::string settling_chain(const RefusedGroup& group);

// Control groups are matched at their level, counted from the root of the hierarchy.
std::uint32_t level_of(const HostCgroup& cgroup);
std::string cgroup_set(std::uint32_t level);

// Metadata first, then the groups, then the node's own services; those that close something.
std::vector<const RefusedGroup*> groups_of(const Ruleset& ruleset);
bool has_ports(const RefusedGroup& group);
bool has_addresses(const RefusedGroup& group);
// Groups of ports alone share one map, a port an element; those with addresses, or with ranges
// too wide for that, are looked up by themselves.
bool has_own_port_sets(const RefusedGroup& group, const Ruleset& ruleset);
bool has_limits(const Ruleset& ruleset);

const std::vector<PortRange>& ports_of(const RefusedGroup& group, Transport transport);
const std::vector<PortRange>& spared_of(const RefusedGroup& group, Transport transport);
const std::vector<std::string>& addresses_of(const RefusedGroup& group, bool is_v6);

bool is_v6_text(std::string_view address);

}
