#pragma once

#include <cstddef>
#include <string_view>

namespace harden {

// The next word of ENV, ARG and LABEL, quotes and escapes as they stand; empty at the end.
std::string_view next_word(std::string_view text, std::size_t& at, char escape);

}
