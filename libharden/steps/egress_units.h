#pragma once

#include "node/host.h"

namespace harden {

inline constexpr auto egress_program = "/usr/libexec/harden/egress";

// The units that keep the policy in force, enabled and running; `program` is what they start. On
// a node without systemd there is nobody to start them.
Result<> install_egress_units(Host& host, const std::string& program);
// None of them.
Result<> uninstall_egress_units(Host& host);

}
