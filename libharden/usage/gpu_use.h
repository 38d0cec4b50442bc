#pragma once

#include "node/host.h"
#include "node/meters.h"
#include "usage/observation.h"

#include <map>

namespace harden {

// What each container does on GPUs, by its whole id: processes belong to the container in whose
// control group they are. NotFound: no GPU driver here.
using GpuUses = std::map<std::string, GpuUse, std::less<>>;
Result<GpuUses> gpu_uses(const Host& host, const Meters& meters);

// The container's id in a process's control groups; empty where it is in none.
std::string container_in(std::string_view process_cgroups);

}
