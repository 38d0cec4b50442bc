#pragma once

#include "firewall/sockets.h"

#include <vector>

namespace harden {

// Those of sshd, or of systemd for it.
std::vector<Listener> ssh_listeners(const Host& host, const std::vector<Listener>& listeners);
// The ports among them that are not for the node alone.
std::vector<std::uint16_t> ports_outside(const std::vector<Listener>& listeners);

Result<std::vector<std::uint16_t>> listening_ssh_ports(const Host& host,
                                                       const std::vector<Listener>& listeners);

}
