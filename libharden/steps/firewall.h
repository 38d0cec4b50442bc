#pragma once

#include "firewall/exposure.h"
#include "firewall/managers.h"
#include "node/host_firewall_names.h"
#include "node/inbound_rehearsal.h"
#include "node/journal.h"
#include "steps/firewall_operator.h"
#include "steps/own_units.h"
#include "steps/step.h"

namespace harden {

inline constexpr auto firewall_program = "/usr/libexec/harden/firewall";
inline constexpr auto firewall_verb = "firewall apply"; // of its transactions

struct FirewallOptions {
    FirewallPolicy policy;
    // Whose way in is rehearsed and stays open. None: nobody's beyond the policy, and the one who
    // is recorded stays.
    std::optional<FirewallOperator> protects;
    InboundRehearsal rehearse;
    std::string program = firewall_program; // what the unit and an undo run
};

// The table in the kernel, its record on the disk, and the unit that loads it at every boot.
// Refused where the operator could not come in again, by the policy's words or by a rehearsal with
// packets.
Step firewall_step(FirewallOptions options);
// Nothing of it.
Step firewall_removal_step(std::string program = firewall_program);

// The kernel as the record says: the recorded table, or none.
Result<> restore_firewall(Node& node);

// What a plan and a status show.
struct FirewallView {
    std::vector<ExposedPort> ports;
    std::string unseen; // why published ports could not be looked at; empty: they were
    std::vector<std::string> transit; // interfaces between which nothing is passed on
    std::vector<FirewallManager> managers;
    bool is_in_force = false; // some table of ours is
};
Result<FirewallView> view_firewall(const Node& node, const FirewallPolicy& policy);
// The ports that are reached now and would not be.
Changes closing_ports(const FirewallView& view);

}
