#pragma once

#include "node/host.h"

#include <map>
#include <string>
#include <vector>

namespace harden {

// A line of sudo's rules that lets somebody run something without a password.
struct PasswordlessRule {
    std::vector<std::string> who; // "deploy", "%admin", "#1000", "ALL"; aliases are resolved
    std::string commands;         // as written
    std::string file;
    int line = 0; // 1-based; of the rule's first line
};

// /etc/sudoers and all it includes; none where there is no sudo. Bounded: 200 files, 8 deep.
Result<std::vector<PasswordlessRule>> passwordless_rules(const Host& host);

}
