#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace harden {

// What somebody did to a word so that it is not found.
enum class Disguise { None, Unicode, Escapes, Percent, Base64, Hex, Braces, Joined };
std::string_view name_of(Disguise disguise); // "base64", "look-alike letters", …

struct Reading {
    std::string text; // lower case
    Disguise disguise = Disguise::None;
};

inline constexpr std::size_t most_readings = 32; // of one word, its own among them

// Base64 and hexadecimal are undone from so many letters on: "xmrig" has seven. Where nothing
// decodes it, only what is too long to be a word by chance.
inline constexpr std::size_t shortest_code = 7;
inline constexpr std::size_t shortest_undecoded_code = 16;
// What tells that something is decoded.
inline constexpr std::string_view decoder_signs[] = {"base64", "b64",     "atob",
                                                     "xxd",    "fromhex", "unhex"};

// Everything that a word says: first itself in lower case, then what is left when disguises are
// undone, one inside another up to three deep.
std::vector<Reading> readings(std::string_view word, std::size_t least_code = shortest_code);

// Lower case, compatible forms (NFKC, Unicode 15) and letters that look like Latin ones replaced,
// zero-width characters and accents gone. What is not UTF-8 stays as it is.
std::string fold(std::string_view text);

// The bytes that a text of this kind stands for, where they are readable text; else nothing.
std::string percent_decoded(std::string_view text);
std::string escapes_decoded(std::string_view text); // \x78 \u0078 \170
std::string base64_decoded(std::string_view text);  // also without padding, and of URLs
std::string hex_decoded(std::string_view text);
// "xm"+"rig", 'xm' . 'rig': one literal.
std::string literals_joined(std::string_view text);
// {xm,gm}rig: each of them; at most 16.
std::vector<std::string> braces_expanded(std::string_view text);

}
