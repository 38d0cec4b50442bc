#pragma once

#include <string>
#include <string_view>

namespace harden {

// The characters of UTF-8. A byte that is none stands for itself above the last character, so that
// the way back yields the same bytes.
std::u32string characters_of(std::string_view text);
void append_utf8(char32_t character, std::string& out);
std::string utf8_of(std::u32string_view characters);

}
