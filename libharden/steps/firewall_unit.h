#pragma once

#include "node/host.h"

namespace harden {

inline constexpr auto firewall_program = "/usr/libexec/harden/firewall";

// The unit that loads the recorded table at every boot, enabled; `program` is what it starts. On
// a node without systemd there is nobody to start it.
Result<> install_firewall_unit(Host& host, const std::string& program);
Result<> uninstall_firewall_unit(Host& host);

}
