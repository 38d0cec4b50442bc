#pragma once

#include "usage/miner_rules.h"

#include <cstdint>
#include <set>
#include <string_view>

namespace harden {

using PoolAddresses = std::set<std::pair<std::string, std::uint16_t>>;

// "eu.pool.example:3333" is the address of the pool pool.example, wherever in a text it stands.
// Names without a port are no addresses.
PoolAddresses pool_addresses_in(std::string_view text, const MinerRules::Evidence& rules);
std::set<std::string> pools_in(std::string_view text, const MinerRules::Evidence& rules);

}
