#pragma once

#include "node/firewall.h"

#include <mutex>

namespace harden {

// Another Firewall that several threads may ask: whoever holds `turn` has it alone, since the
// packet filter's libraries keep state of their own.
class SharedFirewall final : public Firewall {
public:
    SharedFirewall(Firewall& real, std::mutex& turn)
        : real_{real}
        , turn_{turn}
    {
    }

    Result<std::vector<std::string>> backends() const override
    {
        return alone([&] { return real_.backends(); });
    }
    Result<std::vector<RuleDrift>> difference(const Ruleset& wanted) const override
    {
        return alone([&] { return real_.difference(wanted); });
    }
    Result<std::vector<RuleHits>> hits() const override
    {
        return alone([&] { return real_.hits(); });
    }
    Result<std::vector<SourceHits>> hits_by_source() const override
    {
        return alone([&] { return real_.hits_by_source(); });
    }
    Result<> replace(const Ruleset& wanted) override
    {
        return alone([&] { return real_.replace(wanted); });
    }
    Result<> remove() override
    {
        return alone([&] { return real_.remove(); });
    }
    Result<std::vector<RuleDrift>> inbound_difference(const std::string& wanted) const override
    {
        return alone([&] { return real_.inbound_difference(wanted); });
    }
    Result<std::vector<RuleHits>> inbound_hits() const override
    {
        return alone([&] { return real_.inbound_hits(); });
    }
    Result<> replace_inbound(const std::string& wanted) override
    {
        return alone([&] { return real_.replace_inbound(wanted); });
    }

private:
    template<class Ask>
    auto alone(Ask ask) const -> decltype(ask())
    {
        const std::lock_guard held{turn_};
        return ask();
    }

    Firewall& real_;
    std::mutex& turn_;
};

}
