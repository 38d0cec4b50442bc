#pragma once

#include "node/node.h"

#include <string>
#include <string_view>

namespace harden {

// Starts one container on the bridge network that prints /proc/version, and wants gVisor's.
// `runtime` empty: the daemon's default. `canary` is the program, linked statically.
Result<std::string> prove_gvisor(Node& node, std::string_view runtime, std::string_view canary);

// The canary beside the program that runs.
Result<std::string> canary_program(const Host& host);

// A tar archive that holds one executable file.
std::string tar_of(std::string_view name, std::string_view bytes);

}
