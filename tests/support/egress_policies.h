#pragma once

#include "egress/compile.h"
#include "egress/policy.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

#include <cstdlib>
#include <string>

namespace harden::test {

// The shipped policy with this site's on top, as rules.
inline Ruleset compiled_ruleset(const std::string& site = "version = 1\n")
{
    FakeHost host;
    host.with_file(egress_site_file, site);
    const auto settings = egress_settings(host, egress_site_file, SiteFile::MustExist);
    INFO(site);
    INFO((settings ? std::string{} : settings.error().message));
    REQUIRE(settings);
    const auto policy = parse_egress_policy(*settings);
    INFO((policy ? std::string{} : policy.error().message));
    REQUIRE(policy);
    const auto ruleset = compile_egress(*policy, {});
    INFO((ruleset ? std::string{} : ruleset.error().message));
    REQUIRE(ruleset);
    return *ruleset;
}

// Every count that an issue names with HARDEN_FULL, fewer else.
inline int rounds(int full, int reduced)
{
    const char* set = std::getenv("HARDEN_FULL");
    return set != nullptr && *set != '\0' ? full : reduced;
}

}
