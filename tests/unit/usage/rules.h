#pragma once

#include "support/catch.hpp"
#include "usage/miner_rules.h"

namespace harden::test {

// The rules as shipped, with a site's text on top.
inline Result<MinerRules> rules_with(std::string_view site)
{
    auto below = TRY(shipped_miner_settings());
    auto above = TRY(parse_toml(site, miner_site_file));
    return parse_miner_rules(layered(std::move(below), std::move(above)));
}

inline MinerRules shipped_rules()
{
    auto rules = rules_with("version = 1");
    REQUIRE(rules);
    return *std::move(rules);
}

}
