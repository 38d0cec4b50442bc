#pragma once

#include <string>
#include <string_view>

namespace harden {

// SHA-512 as lower-case hexadecimal digits.
std::string sha512(std::string_view bytes);

}
