#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace harden {

enum class Family { V4, V6 };

struct Address {
    Family family = Family::V4;
    std::array<std::uint8_t, 16> bytes{}; // the first four of V4
};

struct Network {
    Address address;
    int prefix = 0;
};

std::optional<Address> address(std::string_view text);
std::optional<Network> network(std::string_view text); // "10.0.0.1/24"
int bits_of(Family family);
bool is_loopback(const Address& address);

}
