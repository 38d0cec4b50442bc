#pragma once

#include "dockerfile/scan_rules.h"

namespace harden {

// Whether a word that was found, ending at `end` of `text`, is what the target means in this role:
// programs and packages by their whole names, else a word between other bytes than letters and
// digits. The role in which it counts then: a script's name is a file's.
std::optional<ScanRole> role_of_match(const ScanRules& rules, const ScanRules::Target& target,
                                      std::string_view text, std::size_t end, ScanRole role);

// A Monero address in a text, in its own letters; nothing where there is none. A standard one has
// 95 letters of base 58 (docs.getmonero.org/public-address/standard-address), none has fewer.
inline constexpr std::size_t wallet_letters = 95;
std::string_view wallet_in(std::string_view text);

// "9001", "9001/tcp" against "9001"; ranges are of one protocol.
bool is_port(std::string_view exposed, std::string_view wanted);

}
