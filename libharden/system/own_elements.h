#pragma once

#include "egress/own_table.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

struct nlmsghdr;

namespace harden {

// An element as the kernel takes and gives it. An interval of one field is two of them: its first
// key, and the key after its last with the end flag.
struct KernelElement {
    std::string key;
    std::string key_end; // of concatenations; empty elsewhere
    bool is_end = false;
    std::string chain;
    std::uint64_t packets = 0; // of its counter
};

std::vector<KernelElement> to_kernel(const TableSet& set);
// Sorted intervals.
std::vector<SetElement> from_kernel(std::vector<KernelElement> elements, bool is_interval);

// The payload of a message that adds `elements`.
void put_elements(nlmsghdr* message, const std::string& table, const std::string& set,
                  std::span<const KernelElement> elements);
// One of the payload of a dump, appended to `elements`.
void take_elements(const nlmsghdr* message, std::vector<KernelElement>& elements);

}
