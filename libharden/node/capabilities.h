#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// Linux capabilities by their names without "CAP_", and as bits of /proc/PID/status.
std::string_view bare_capability(std::string_view name); // "CAP_NET_RAW" as "NET_RAW"
std::optional<std::uint64_t> capability_bit(std::string_view name);
std::uint64_t capability_bits(const std::vector<std::string>& names); // unknown names: none
std::vector<std::string> capability_names(std::uint64_t bits);

}
