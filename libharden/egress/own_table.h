#pragma once

#include "egress/rule_part.h"
#include "egress/set_element.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace harden {

inline constexpr auto own_table_name = "harden_egress"; // family inet

// A set of the table, or a map to chains. Elements of static sets are ours; those of dynamic sets
// are made by packets, and stay when the table is written again.
struct TableSet {
    std::string name;
    std::vector<Field> key; // more than one: a concatenation
    bool is_map = false;
    bool is_interval = true;
    bool is_dynamic = false;
    std::uint32_t size = 0;          // most elements; 0: no limit
    std::chrono::seconds timeout{0}; // of each element; 0: none
    std::vector<SetElement> elements;
};

enum class Hook { Prerouting, Input, Forward, Output };

struct TableChain {
    std::string name;
    std::optional<Hook> hook; // base chains have one
    std::vector<RuleParts> rules;
};

// Our own table as a value: what the kernel shall hold for a ruleset.
struct OwnTable {
    std::vector<TableSet> sets;
    std::vector<std::string> counters;
    std::vector<TableChain> chains; // a chain stands before those that lead to it
};
Result<OwnTable> own_table(const Ruleset& ruleset);

int priority_of(Hook hook);
// The table as a file for "nft -f" that replaces it.
std::string to_nft_text(const OwnTable& table);

}
