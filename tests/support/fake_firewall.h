#pragma once

#include "node/firewall.h"

#include <optional>

namespace harden::test {

// A packet filter that holds one ruleset, or none.
class FakeFirewall final : public Firewall {
public:
    std::vector<std::string> live = {"nftables"};
    std::optional<Ruleset> held;
    bool refuses = false; // replace() fails and changes nothing
    int replaced = 0;

    Result<std::vector<std::string>> backends() const override { return live; }
    Result<std::vector<RuleDrift>> difference(const Ruleset& wanted) const override
    {
        if (held == wanted)
            return std::vector<RuleDrift>{};
        return std::vector<RuleDrift>{
            {"nftables", "inet", "table harden_egress", held ? "other rules" : "", "the policy"}};
    }
    Result<std::vector<RuleHits>> hits() const override { return std::vector<RuleHits>{}; }
    Result<> replace(const Ruleset& wanted) override
    {
        if (refuses)
            return Error{ErrorKind::Failed, "the kernel refused the rules", {}};
        held = wanted;
        ++replaced;
        return done;
    }
    Result<> remove() override
    {
        held.reset();
        return done;
    }
};

}
