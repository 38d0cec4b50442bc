#include "system/kernel_firewall.h"

#include "system/host_firewall.h"
#include "system/iptables_copies.h"
#include "system/nft_table.h"

namespace harden {

namespace {

class KernelFirewall final : public Firewall {
public:
    Result<std::vector<std::string>> backends() const override
    {
        std::vector<std::string> live{"nftables"};
        for (auto& name : TRY(copies_.backends()))
            live.push_back(std::move(name));
        return live;
    }

    Result<std::vector<RuleDrift>> difference(const Ruleset& wanted) const override
    {
        auto found = TRY(table_.difference(wanted));
        for (auto& drift : TRY(copies_.difference(wanted)))
            found.push_back(std::move(drift));
        return found;
    }

    Result<std::vector<RuleHits>> hits() const override { return table_.hits(); }

    Result<std::vector<SourceHits>> hits_by_source() const override
    {
        return table_.hits_by_source();
    }

    // Our own table first: it enforces everything, the copies are what operators read.
    Result<> replace(const Ruleset& wanted) override
    {
        if (wanted == Ruleset{})
            return remove();
        TRY(table_.replace(wanted));
        return copies_.replace(wanted);
    }

    Result<> remove() override
    {
        TRY(copies_.replace(Ruleset{}));
        return table_.remove();
    }

    Result<std::vector<RuleDrift>> inbound_difference(const std::string& wanted) const override
    {
        return inbound_.difference(wanted);
    }
    Result<std::vector<RuleHits>> inbound_hits() const override { return inbound_.hits(); }
    Result<> replace_inbound(const std::string& wanted) override
    {
        return inbound_.replace(wanted);
    }

private:
    NftTable table_;
    IptablesCopies copies_;
    HostFirewall inbound_;
};

}

std::unique_ptr<Firewall> kernel_firewall()
{
    return std::make_unique<KernelFirewall>();
}

}
