#pragma once

#include "node/meters.h"

#include <chrono>

namespace harden {

// What runs on this machine's NVIDIA GPUs. NotFound: it has no such driver, which costs two looks
// at file names. A driver that hangs is TimedOut and holds nobody up but a process of its own.
Result<std::vector<GpuProcess>> nvidia_processes();

// The same of the library of that name, wherever the loader finds it.
Result<std::vector<GpuProcess>> ask_nvml(const char* library, std::chrono::milliseconds patience);

}
