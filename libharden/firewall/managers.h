#pragma once

#include "node/host.h"

#include <string>
#include <vector>

namespace harden {

// Somebody else who writes the node's packet filter.
struct FirewallManager {
    std::string name;
    std::string meaning; // beside our table
};
Result<std::vector<FirewallManager>> other_managers(const Host& host);

}
