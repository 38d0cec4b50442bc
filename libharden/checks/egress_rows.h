#pragma once

#include "checks/check.h"
#include "checks/egress_facts.h"

#include <optional>
#include <string>
#include <string_view>

namespace harden {

enum class Family { V4, V6 };

// What real packets to a group of the policy met: from the default bridge and, where containers
// were asked for, from every network.
Result<Outcome> group_refused(const Facts& facts, Family family, std::string_view group);
Result<Outcome> control_answers(const Facts& facts, Family family);

// Adds them to what the rules say of the group; only with --probe, else the rules stand alone.
Result<Outcome> with_packets(const Facts& facts, std::string_view group,
                             const std::optional<Family>& family, Outcome by_rules);

namespace egress_rows {
// by packets
Result<Outcome> name_service(const Facts& facts);
Result<Outcome> ipv6_parity(const Facts& facts);
Result<Outcome> host_services(const Facts& facts);
Result<Outcome> private_networks(const Facts& facts);
// by what the kernel and the units say
Result<Outcome> rule_order(const Facts& facts);
Result<Outcome> backend(const Facts& facts);
Result<Outcome> survives_restart(const Facts& facts);
Result<Outcome> spoofing(const Facts& facts);
Result<Outcome> rate_limit(const Facts& facts);
Result<Outcome> conntrack_room(const Facts& facts);
}

// Why a packet could pass DOCKER-USER before it meets our rules there, in what iptables-save
// prints; none: it cannot.
std::optional<std::string> wrong_order(std::string_view saved);

}
