#pragma once

#include <string_view>

namespace harden {

// Signs that a text says more than it shows; each may be there innocently, none may be overlooked.

// Bytes above 0x7f.
bool has_foreign_letters(std::string_view text);
// \x78, \u0078, \170, %78
bool has_escapes(std::string_view text);
// "xm"+"rig"; x{m,n}rig
bool has_joined_literals(std::string_view text);
bool has_braces(std::string_view text);
// … | sh, <(…), "$(curl …)"
bool has_piped_script(std::string_view text);
// At least sixteen letters of base64 or hexadecimal that decode to text, or a wallet's address.
bool has_long_code(std::string_view text);

// Letters, digits and what stands inside words: a word may go on there.
bool is_joining(char c);
// Quotes and backslashes, which a shell takes out of words.
bool is_passed_over(char c);

}
