#pragma once

#include "base/result.h"

#include <cstdint>

namespace harden {

// What a process has in memory from `address` on, at most `size` bytes: up to the last page that is
// there, and zeros for pages between that are not. A page that the process never used or that is
// swapped out is not asked for, because the asking would make it. NotFound: the process is gone or
// has nothing there.
Result<std::string> read_process_memory(int pid, std::uint64_t address, std::size_t size);

}
