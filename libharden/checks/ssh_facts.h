#pragma once

#include "checks/facts.h"
#include "ssh/sshd_config.h"
#include "ssh/sshd_settings.h"

#include <vector>

namespace harden {

// What sshd would do for one connection.
struct SshAnswer {
    SshConnection connection;
    SshdSettings settings;
};

// For Facts::once. Root first; where the configuration has Match blocks also every login user, a
// stranger over IPv6, and for each block a connection that it applies to.
Result<std::vector<SshAnswer>> sshd_answers(const Facts& facts);

// Users with a login shell, root left out.
std::vector<std::string> login_users(std::string_view passwd);

// A connection to which this Match line applies, as far as one can be made up.
SshConnection matching_connection(const SshdDirective& match, std::string_view groups);

}
