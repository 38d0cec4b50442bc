#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace harden {

// At most `size` bytes of another process's memory; fewer where the rest is not mapped or not
// readable. NotFound: the process is gone, or nothing readable is there.
Result<std::string> read_process_memory(int pid, std::uint64_t address, std::size_t size);

}
