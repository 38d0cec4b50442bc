#pragma once

#include "checks/check.h"
#include "support/catch.hpp"
#include "support/fake_node.h"

namespace harden::test {

inline Finding ask(const std::string& id, const Node& node, Probes probes = {},
                   Profile profile = Profile::Full)
{
    const auto checks = pick_checks({id});
    REQUIRE(checks);
    const Facts facts{node, std::move(probes)};
    const auto findings = run_checks(*checks, facts, profile);
    REQUIRE(findings.size() == 1);
    return findings.front();
}

inline Verdict verdict_of(const std::string& id, const Node& node)
{
    return ask(id, node).verdict;
}

inline bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

}
