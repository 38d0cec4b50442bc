#pragma once

#include "checks/facts.h"

#include <string>
#include <vector>

namespace harden {

// A runtime of Docker's that is gVisor, and what its program is.
struct GvisorRuntime {
    std::string name;
    std::string path;
    std::string version; // "runsc version release-20260126.0"
};

// For Facts::once. Every gVisor runtime that the running daemon knows; its version is empty where
// the program cannot be run, and `defect` says why.
struct GvisorRuntimes {
    std::vector<GvisorRuntime> all;
    std::string defect;
};
Result<GvisorRuntimes> gvisor_runtimes(const Facts& facts);

bool is_gvisor(std::string_view runtime_path_or_type);

}
