#pragma once

#include "steps/firewall.h"

namespace harden {

struct FirewallStatus {
    FirewallView view;
    Changes drift;                 // what an apply would do; the recorded operator's way in stays
    std::vector<RuleHits> refused; // by counter
    std::string transaction;       // the last one and its state; empty: none
    bool is_settled = true;        // nothing waits for a confirmation
};
Result<FirewallStatus> firewall_status(const Node& node, const FirewallPolicy& policy,
                                       std::string program);

std::string ports_text(const FirewallView& view);
// What to know beside the rules: other managers, what could not be looked at.
std::vector<std::string> remarks(const FirewallView& view);

std::string render_text(const FirewallStatus& status);
std::string render_json(const FirewallStatus& status); // schema "harden.firewall/1"

}
