#pragma once

#include "egress/policy.h"
#include "node/node.h"

namespace harden {

// What was last applied: the rules come back from here after a reboot or a restart of Docker.
inline constexpr auto recorded_ruleset_file = "/var/lib/harden/egress/ruleset.json";

// The rules that this node shall have: the policy, and every bridge that Docker has. While Docker
// cannot be asked, the bridges that were known when the rules were last applied stand in.
Result<Ruleset> wanted_ruleset(const Node& node, const Path& site_file = egress_site_file,
                               SiteFile presence = SiteFile::MayBeAbsent);
// NotFound where no policy is applied.
Result<Ruleset> recorded_ruleset(const Host& host);

}
