#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace harden {

// Reads the JSON string whose quote stands at `at`: its characters, and where the text goes on
// after it; `at` itself where there is no string.
std::size_t read_json_text(std::string_view text, std::size_t at, std::string& characters);

}
