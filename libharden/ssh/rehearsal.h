#pragma once

#include "node/change.h"
#include "ssh/drop_in.h"
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
    std::string drop_in;                  // text of sshd_drop_in_file
    std::optional<std::string> main_file; // sshd_config with the Include that it lacks
    std::vector<std::pair<SshConnection, SshdSettings>> expected;
    Changes settings; // effective settings that would change
    Changes kept;     // weaker ones that a Match block keeps, where the policy lets it
};

// An Error where the change would not take hold, would be refused by sshd, or would lock out
// `user`; an empty user asks for at least one account that can log in with a key.
Result<SshRehearsal> rehearse(const Host& host, const SshPolicy& policy, const std::string& user);

}
