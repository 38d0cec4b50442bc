#pragma once

#include "egress/rule_part.h"
#include "system/nft_compat.h"

#include <string>

namespace harden {

// A rule of our own table (family inet) as expressions of nf_tables, the same ones that nft makes
// of to_text(rule).
NftRule to_nft(const RuleParts& rule, const std::string& table, const std::string& chain);

}
