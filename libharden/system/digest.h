#pragma once

#include <string>
#include <string_view>

namespace harden {

// As lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);
std::string sha512(std::string_view bytes);

}
