#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// Empty where it is no base64.
std::vector<unsigned char> from_base64(std::string_view text);
std::string to_base64(std::span<const unsigned char> bytes);

}
