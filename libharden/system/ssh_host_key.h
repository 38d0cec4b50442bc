#pragma once

#include "system/ssh_command.h"

namespace harden {

// Fetches the host's keys, without logging in, and accepts the one whose fingerprint is
// `target.host_key`: writes it to `pinned`, a known_hosts file for the connections to come, and
// adds it to the operator's own where that holds none for this host. Denied, naming the keys that
// were seen, where none is it.
Result<> pin_host_key(const Host& here, const SshTarget& target, const SshLogin& login,
                      const Path& pinned);

}
