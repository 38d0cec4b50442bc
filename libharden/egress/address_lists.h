#pragma once

#include "egress/policy.h"

namespace harden {

inline constexpr std::size_t longest_address_list = 1'000'000; // lines of one file

// One CIDR or address a line; "#" and what follows it, and empty lines, say nothing. Errors name
// file, line and column.
Result<std::vector<std::string>> parse_address_list(std::string_view text, std::string_view file);

// Reads the files that the groups of `policy` name, into the groups' addresses.
Result<> read_address_lists(const Host& host, EgressPolicy& policy);

}
