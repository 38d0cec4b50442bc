#pragma once

#include <optional>
#include <string_view>

namespace harden {

// "10m", "1.5g", "64 MiB" or "4096", as dockerd reads sizes; in bytes with a k of 1024.
std::optional<double> size_in_bytes(std::string_view text);

}
