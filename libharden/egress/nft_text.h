#pragma once

#include "node/ruleset.h"

#include <string>

namespace harden {

inline constexpr auto own_table = "harden_egress"; // family inet

// Refill keeps the counters and the state of sources; it needs a table of the same objects.
enum class Loading { Refill, Rebuild };

// One transaction for libnftables after which our own table holds exactly `ruleset`.
std::string nft_transaction(const Ruleset& ruleset, Loading loading);

// "smtp" and IPv6 to "smtp_ip6", and back.
std::string counter_name(const std::string& group, bool is_v6);

}
