#pragma once

#include "egress/container_control.h"

#include <string>
#include <string_view>
#include <vector>

namespace harden {

inline constexpr auto container_table = "harden_container"; // of the families inet and netdev
inline constexpr std::uint16_t dns_proxy_port = 8053;

// Named sets keep what is in them when the rules are written anew.
std::string dns_set(std::string_view id, bool is_v6);
std::string quota_set(std::string_view id, const ByteQuota& quota);

// Everything that `plan` asks for, as libnftables reads it; empty where that is nothing.
Result<std::string> container_rules(const ContainerPlan& plan);

// Names of the chains and sets in a listing of the inet table.
struct ContainerTableNames {
    std::vector<std::string> chains;
    std::vector<std::string> sets;
};
ContainerTableNames names_in(std::string_view listing);

// One transaction from a kernel that holds `present` to one that holds `rules`.
std::string container_transaction(const std::string& rules, const ContainerTableNames& present);

}
