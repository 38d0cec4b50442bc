#pragma once

#include "node/firewall.h"
#include "system/xt_rule.h"

namespace harden {

// The copy of `ruleset` that operators read with `iptables -L DOCKER-USER`: refused groups and
// metadata. What it leaves out (soft groups, long lists of addresses, rates, the node's own
// services) our own table holds. An empty ruleset has an empty copy.
Result<XtCopy> xt_copy(const Ruleset& ruleset, XtFamily family);

// How one family of a back end differs from the wanted copy.
std::vector<RuleDrift> copy_difference(const std::string& backend, XtFamily family,
                                       const XtCopy& is, const XtCopy& wanted);

}
