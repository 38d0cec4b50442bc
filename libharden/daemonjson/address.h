#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace harden {

enum class IpFamily { V4, V6 };

struct IpAddress {
    IpFamily family = IpFamily::V4;
    std::array<std::uint8_t, 16> bytes{}; // the first four of V4
};

struct IpNetwork {
    IpAddress address;
    int prefix = 0;
};

std::optional<IpAddress> ip_address(std::string_view text);
std::optional<IpNetwork> ip_network(std::string_view text); // "10.0.0.1/24"
int bits_of(IpFamily family);
bool is_loopback(const IpAddress& address);

}
