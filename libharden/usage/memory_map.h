#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace harden {

// A range of a process's addresses.
struct MemoryRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    bool is_guest = false; // memory of a program inside gVisor's sandbox
    std::uint64_t size() const { return end - begin; }
    bool operator==(const MemoryRange&) const = default;
};

// From /proc/PID/maps: what the process can write and no device is behind, the smallest first. What
// a program says and hears stands in its small ones; the greatest hold data sets.
std::vector<MemoryRange> searchable_memory(std::string_view maps);

}
