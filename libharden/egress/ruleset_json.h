#pragma once

#include "base/result.h"
#include "node/ruleset.h"

#include <string>
#include <string_view>

namespace harden {

// What was last applied, as it is kept on the node's disk.
std::string to_json(const Ruleset& ruleset);
Result<Ruleset> ruleset_from_json(std::string_view text);

}
