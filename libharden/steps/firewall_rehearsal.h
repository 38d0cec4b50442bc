#pragma once

#include "firewall/exposure.h"
#include "node/inbound_rehearsal.h"
#include "steps/firewall_operator.h"

namespace harden {

// By the words of the policy: an Error, with the remedy, where it would shut the operator out.
Result<> check_way_in(const FirewallPolicy& policy, const FirewallFacts& facts,
                      const FirewallOperator& protects);

// By packets, in a scratch namespace: the operator comes in by the policy alone and with the rule
// that is his own, and a port that nothing opens is closed to him.
Result<> rehearse_way_in(const FirewallPolicy& policy, const FirewallFacts& facts,
                         const FirewallOperator& protects, const InboundRehearsal& rehearse);

}
