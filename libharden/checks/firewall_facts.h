#pragma once

#include "checks/facts.h"
#include "firewall/exposure.h"
#include "firewall/managers.h"

#include <vector>

namespace harden {

// What listens on this node. For Facts::once.
Result<std::vector<Listener>> listening_sockets(const Facts& facts);
// Those of sshd, sessions and what they forward left out. For Facts::once.
Result<std::vector<Listener>> sshd_listeners(const Facts& facts);

// For Facts::once.
Result<FirewallPolicy> firewall_policy(const Facts& facts);
Result<std::vector<FirewallManager>> firewall_managers(const Facts& facts);

// Our inbound table beside what was recorded when it was applied.
struct OwnInbound {
    bool is_in_force = false;     // the kernel has a table of ours
    bool is_recorded = false;     // the disk has one
    std::string drift;            // how the kernel differs from the record; empty: it does not
    std::string off_policy;       // and from what the policy asks for now
    std::string operator_address; // whose way in was to stay open; empty: nobody's
};
Result<OwnInbound> own_inbound(const Facts& facts);

// Every port that somebody outside could try, as the policy has it.
Result<std::vector<ExposedPort>> exposed(const Facts& facts);

}
