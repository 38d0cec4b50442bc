#pragma once

#include "checks/facts.h"

#include <string>
#include <vector>

namespace harden {

// What a gVisor runtime is started with: the arguments that daemon.json gives it, its configuration
// file's, and those of a sandbox that really ran. "--network=host", always with two dashes.
struct GvisorFlags {
    std::string runtime;
    std::string path;
    bool is_default = false;
    std::vector<std::string> flags;
    bool from_sandbox = false; // seen on a process

    // The value of "--platform=kvm", "true" of a flag without one; empty: not set.
    std::string value(std::string_view name) const;
};
Result<std::vector<GvisorFlags>> gvisor_flags(const Facts& facts); // for Facts::once

// "network = \"host\"" of a [runsc_config] as flags. What is no such file has none.
std::vector<std::string> flags_of_config(std::string_view toml);

}
