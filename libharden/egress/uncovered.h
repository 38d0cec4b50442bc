#pragma once

#include "node/node.h"

#include <string>
#include <vector>

namespace harden {

// Containers and networks whose packets pass none of our hooks, each with why. Their names are the
// tenants': escape.
Result<std::vector<std::string>> uncovered(const Node& node, const Ruleset& wanted,
                                           const std::vector<Container>& containers);

}
