#pragma once

#include "egress/container_control.h"
#include "egress/container_nft.h"

namespace harden::test {

// A kernel that keeps what it was told, and the cables that the test put in.
class FakeContainerControl final : public ContainerControl {
public:
    std::map<int, std::vector<ContainerLink>> cables; // by process
    std::string rules;
    std::map<std::string, std::uint64_t> rates; // by device
    int replaced = 0;
    bool may_look = true; // into the containers' networks

    Result<std::vector<ContainerLink>> links(int pid) const override
    {
        if (!may_look)
            return Error{ErrorKind::Denied, "no right to look", {}};
        const auto found = cables.find(pid);
        if (found == cables.end())
            return Error{ErrorKind::Unsupported, "it uses the network of the node itself", {}};
        return found->second;
    }
    Result<std::vector<std::string>> shaped_devices() const override
    {
        std::vector<std::string> devices;
        for (const auto& [device, rate] : rates)
            devices.push_back(device);
        return devices;
    }
    Result<Changes> difference(const ContainerPlan& plan) const override
    {
        Changes changes;
        if (TRY(container_rules(plan)) != rules)
            changes.push_back({"rules", "", ""});
        for (const auto& [device, rate] : wanted_rates(plan))
            if (rate_of(device) != rate)
                changes.push_back({cat("rate of ", device), "", ""});
        return changes;
    }
    Result<> replace(const ContainerPlan& plan) override
    {
        rules = TRY(container_rules(plan));
        for (const auto& [device, rate] : wanted_rates(plan))
            rates[device] = rate;
        std::erase_if(rates, [](const auto& each) { return each.second == 0; });
        ++replaced;
        return done;
    }
    Result<std::map<std::string, std::uint64_t>> used(const ContainerPlan&) const override
    {
        return std::map<std::string, std::uint64_t>{};
    }

private:
    std::uint64_t rate_of(const std::string& device) const
    {
        const auto found = rates.find(device);
        return found == rates.end() ? 0 : found->second;
    }
    static std::map<std::string, std::uint64_t> wanted_rates(const ContainerPlan& plan)
    {
        std::map<std::string, std::uint64_t> wanted;
        for (const auto& container : plan)
            for (const auto& link : container.links)
                wanted[link.link.device] = container.policy.rate;
        return wanted;
    }
};

}
