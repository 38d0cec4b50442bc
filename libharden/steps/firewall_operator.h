#pragma once

#include "firewall/ssh_ports.h"
#include "node/address.h"

#include <optional>

namespace harden {

// Who must be able to come in again, and by which way.
struct FirewallOperator {
    std::string address;
    std::string node_address; // that was dialled
    std::uint16_t port = 0;   // of sshd
    std::string interface;    // empty: not known
};

// The other end of the SSH connection that this program runs under, as the kernel knows it: it
// does not matter what sudo keeps of the environment. None on a console, in cron.
Result<std::optional<FirewallOperator>> connected_operator(const Host& host);
// Somebody at `address`, who would come by the first of `ssh_ports`.
Result<FirewallOperator> named_operator(const Host& host, std::string_view address,
                                        const std::vector<std::uint16_t>& ssh_ports);

}
