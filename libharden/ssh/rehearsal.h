#pragma once

#include "node/change.h"
#include "ssh/drop_in.h"
#include "ssh/operator_login.h"
#include "ssh/sshd_config.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace harden {

// What the change would be and what sshd itself says it would do, found out without touching
// anything.
struct SshRehearsal {
    std::vector<SshWanted> wanted;
    std::string drop_in;                   // text of sshd_drop_in_file
    std::optional<std::string> main_file;  // sshd_config with the Include that it lacks
    std::optional<std::string> cloud_init; // text of cloud_init_drop_in, where there is cloud-init
    std::string configuration;             // one file that says what all of them would
    std::string unproven;                  // what only a login against it can prove; empty: nothing
    std::vector<std::pair<SshConnection, SshdSettings>> expected;
    Changes settings; // effective settings that would change
    Changes kept;     // weaker ones that a Match block keeps, where the policy lets it
    std::vector<std::string> notes; // what was left out, and why
};

// An Error where the change would not take hold, would be refused by sshd, or would lock out the
// operator; an empty user asks for at least one account that can log in with a key.
Result<SshRehearsal> rehearse(const Host& host, const SshPolicy& policy,
                              const OperatorLogin& login);

// What the last login against a new configuration left: that configuration.
inline constexpr auto ssh_rehearsal_record = "/run/harden/ssh-rehearsed";

// An Error where something is unproven and no login against this very configuration went before.
Result<> check_proof(const Host& host, const SshRehearsal& rehearsal);

}
