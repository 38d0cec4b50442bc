#pragma once

#include "steps/step.h"

namespace harden {

inline constexpr auto adopt_program = "/usr/libexec/harden/adopt";

// Our policy and our detector in the place of what shell scripts left on this node, as one change:
// the rules of DOCKER-USER and their saved copies, what cron and the boot run, and the scripts.
Step adopt_step(const std::string& program = adopt_program);

// What of theirs stays where it is, and why; foreign text is escaped.
std::vector<std::string> adoption_notes(const Node& node);

}
