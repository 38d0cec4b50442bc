#pragma once

#include "egress/own_names.h"
#include "node/address.h"
#include "node/firewall.h"

#include <optional>

namespace harden::test {

// A packet filter that holds one ruleset, or none. It takes a ruleset whole or not at all, and
// others can change it behind our back.
class FakeFirewall final : public Firewall {
public:
    std::vector<std::string> live = {"nftables"};
    std::optional<Ruleset> held;
    std::vector<SourceHits> sources;
    bool refuses = false; // replace() fails and changes nothing
    ErrorKind refuses_as = ErrorKind::Failed;
    std::string damaged_backend = "nftables"; // what tamper() damages
    int replaced = 0;

    void tamper() { is_damaged_ = true; }

    Result<std::vector<std::string>> backends() const override { return live; }
    Result<std::vector<RuleDrift>> difference(const Ruleset& wanted) const override
    {
        if (held.value_or(Ruleset{}) == wanted && !is_damaged_)
            return std::vector<RuleDrift>{};
        return std::vector<RuleDrift>{{damaged_backend, "inet", "table harden_egress",
                                       held ? "other rules" : "",
                                       wanted == Ruleset{} ? "" : "the policy"}};
    }
    Result<std::vector<RuleHits>> hits() const override
    {
        std::vector<RuleHits> none;
        if (held)
            for (const auto* group : groups_of(*held))
                for (const auto* family : {"ip", "ip6"})
                    none.push_back({group->id, family, 0});
        return none;
    }
    Result<std::vector<SourceHits>> hits_by_source() const override { return sources; }
    Result<> replace(const Ruleset& wanted) override
    {
        if (refuses)
            return Error{refuses_as, "the kernel refused the rules", {}};
        for (const auto* group : groups_of(wanted))
            for (const auto& address : group->addresses4)
                TRY(parse_network(address));
        held = wanted;
        is_damaged_ = false;
        ++replaced;
        return done;
    }
    Result<> remove() override
    {
        held.reset();
        is_damaged_ = false;
        return done;
    }

    std::string inbound; // the table that is held; empty: none
    Result<std::vector<RuleDrift>> inbound_difference(const std::string& wanted) const override
    {
        if (inbound == wanted)
            return std::vector<RuleDrift>{};
        return std::vector<RuleDrift>{
            {"nftables", "inet", "table harden_firewall", inbound, wanted}};
    }
    Result<std::vector<RuleHits>> inbound_hits() const override { return std::vector<RuleHits>{}; }
    Result<> replace_inbound(const std::string& wanted) override
    {
        if (refuses)
            return Error{refuses_as, "the kernel refused the rules", {}};
        inbound = wanted;
        ++replaced;
        return done;
    }

private:
    bool is_damaged_ = false;
};

}
