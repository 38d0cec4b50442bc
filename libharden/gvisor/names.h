#pragma once

#include "node/node.h"

#include <string>
#include <string_view>

namespace harden {

// Docker's resolver on user-defined networks stands at 127.0.0.11 in the container's network
// namespace; gVisor's own network stack has a loopback of its own and does not reach it.
enum class Names { Resolve, DoNotResolve };

// Asks it from a container of `runtime` on a network that is made for it and removed again. A
// container of runc must get an answer first: else it is an Error, not a verdict.
Result<Names> names_on_user_network(Node& node, std::string_view runtime, std::string_view canary);

std::string explain_names(std::string_view runtime);

}
