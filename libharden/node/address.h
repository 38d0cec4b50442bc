#pragma once

#include "base/result.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace harden {

// A block of IP addresses; one address is a block with the full prefix.
struct Network {
    bool is_v6 = false;
    std::array<std::uint8_t, 16> bytes{}; // network order; IPv4 uses the first four
    int prefix = 0;

    int full_prefix() const { return is_v6 ? 128 : 32; }
    bool operator==(const Network&) const = default;
};

// "10.0.0.0/8", "2001:db8::1". Bits beyond the prefix are an error whose hint is the network meant.
Result<Network> parse_network(std::string_view text);
std::string to_text(const Network& network); // one address without its prefix
std::array<std::uint8_t, 16> prefix_mask(int prefix);
bool contains(const Network& outer, const Network& inner);

}
