#pragma once

#include "node/firewall.h"

namespace harden {

// The table inet harden_firewall of this network namespace.
class HostFirewall {
public:
    Result<std::vector<RuleDrift>> difference(const std::string& wanted) const;
    Result<std::vector<RuleHits>> hits() const;
    // Rules change in place: at no instant is there less than the old ones or the new ones.
    Result<> replace(const std::string& wanted);
};

// Loads `text` into this thread's network namespace.
Result<> load_inbound_table(const std::string& text);

}
