#pragma once

#include "node/ruleset.h"

#include <string>
#include <string_view>

namespace harden {

// What netfilter-persistent saved once the scripts had run, without their rules and without
// Docker's own chains, which it froze with them: Docker makes those anew at each start. Of
// DOCKER-USER stays what is the operator's. A text without rules of the scripts is nobody's
// business.
std::string without_old_rules(std::string_view saved, const Ruleset& policy);

}
