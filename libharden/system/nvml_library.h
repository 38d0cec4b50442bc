#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace harden {

// A row that the child writes and its parent reads.
struct NvmlRow {
    std::int32_t pid = 0;
    std::int32_t busy = -1; // percent; -1: the driver does not tell
    std::uint64_t memory = 0;
    std::array<char, 96> device{}; // UUID, ended by zeros
};

enum class NvmlAnswer { Whole, NoLibrary, Strange, Refused };

// Asks the driver's library, in this process: it may hang, and it never leaves it.
NvmlAnswer read_nvml(const char* library, std::vector<NvmlRow>& rows);

}
