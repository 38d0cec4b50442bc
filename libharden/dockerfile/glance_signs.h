#pragma once

#include <string_view>

namespace harden {

// Whether there are signs that a text says more than it shows: bytes above 0x7f; \x78, \u0078,
// \170, %78; "xm"+"rig"; x{m,n}rig; … | sh; $(…), `…`, <(…), <<<; at least sixteen letters of
// base64 or hexadecimal that decode to text; a wallet's address. Each may be there innocently, none
// is overlooked.
bool may_hide_words(std::string_view text);

// Letters, digits and what stands inside words: a word may go on there.
bool is_joining(char c);
// Quotes and backslashes, which a shell takes out of words.
inline bool is_passed_over(char c)
{
    return c == '"' || c == '\'' || c == '\\';
}

}
