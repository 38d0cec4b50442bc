#pragma once

#include "ssh/sshd_config.h"
#include "ssh/sshd_settings.h"

#include <vector>

namespace harden {

// A Match block and one connection that falls under it, so that sshd can be asked about it.
struct MatchBlock {
    std::string position; // "/etc/ssh/sshd_config:130"
    std::string criteria; // "Address 10.0.0.0/8"
    SshConnection connection;
};

// A connection for every Match block of a configuration, with the blocks around the Include that
// brings it in. One that no connection can fall under, such as one for a group without members,
// is left out.
Result<std::vector<MatchBlock>> match_blocks(const Host& host,
                                             const std::vector<SshdDirective>& configuration);

// One text that a pattern list of sshd matches: "10.0.0.0/8" gives 10.0.0.1, "ops*" gives ops1.
// Empty where the list has only negated patterns, or none of its examples escapes those.
std::string example_of(std::string_view patterns);
std::string example_address(std::string_view patterns);

}
