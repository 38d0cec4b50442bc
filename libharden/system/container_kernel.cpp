#include "system/container_kernel.h"

#include "egress/container_nft.h"
#include "system/container_features.h"
#include "system/container_links.h"
#include "system/container_sets.h"
#include "system/local_host.h"
#include "system/network_namespace.h"
#include "system/nft_library.h"
#include "system/traffic_shaper.h"

#include <algorithm>

namespace harden {

// The rules that were written, and how the kernel listed them then: both are as they were, or
// somebody has changed something.
static constexpr auto applied_file = "/run/harden/egress-container.applied";

namespace {

struct Listing {
    std::string inet;
    std::string netdev;
    std::string all() const { return cat(inet, netdev); }
};

Result<Listing> listing()
{
    NftLibrary library;
    return Listing{TRY(library.list_rules(cat("inet ", container_table))),
                   TRY(library.list_rules(cat("netdev ", container_table)))};
}

std::string record_of(const std::string& rules, const Listing& listed)
{
    return cat(rules, "# listed as\n", listed.all());
}

Result<bool> are_in_force(const std::string& rules, const Listing& listed)
{
    if (rules.empty())
        return listed.all().empty();
    const auto applied = LocalHost{}.read(applied_file);
    if (!applied && !applied.is_absent())
        return applied.error();
    return applied && *applied == record_of(rules, listed);
}

// Where a shaper stands: the device on the node, or in the container the one at its other end.
struct ShapedEnd {
    std::string name; // for people
    std::string device;
    int inside = 0; // the container's process; 0: on the node
    std::uint64_t rate = 0;
};

std::vector<ShapedEnd> shaped_ends(const ContainerPlan& plan)
{
    std::vector<ShapedEnd> ends;
    for (const auto& [policy, pid, links] : plan)
        for (const auto& [link, mac, address4, addresses6] : links) {
            if (link.device.empty())
                continue;
            // the node's end last: while it is shaped, the container's can be found
            ends.push_back({cat(link.inner_device, " of container ", policy.id.substr(0, 12)),
                            link.inner_device, pid, policy.rate});
            ends.push_back({link.device, link.device, 0, policy.rate});
        }
    return ends;
}

Result<> at(const ShapedEnd& end, const std::function<Result<>()>& work)
{
    if (end.inside == 0)
        return work();
    const auto inside = TRY(NetworkNamespace::of_process(end.inside));
    return inside.inside(work);
}

Result<std::uint64_t> present_rate(const ShapedEnd& end)
{
    std::uint64_t rate = 0;
    TRY(at(end, [&]() -> Result<> {
        rate = TRY(shaped_rate(end.device));
        return done;
    }));
    return rate;
}

// A shaper has whole bytes a second.
bool is_rate(std::uint64_t present, std::uint64_t wanted)
{
    return present / 8 == wanted / 8;
}

std::string rate_or_nothing(std::uint64_t rate)
{
    return rate == 0 ? "" : cat(rate_to_text(rate), " bit/s");
}

class ContainerKernel final : public ContainerControl {
public:
    Result<std::vector<ContainerLink>> links(int pid) const override
    {
        return container_links(pid);
    }
    Result<std::vector<std::string>> shaped_devices() const override
    {
        return harden::shaped_devices();
    }
    Result<Changes> difference(const ContainerPlan& plan) const override;
    Result<> replace(const ContainerPlan& plan) override;
    Result<std::map<std::string, std::uint64_t>> used(const ContainerPlan& plan) const override;
};

Result<Changes> ContainerKernel::difference(const ContainerPlan& plan) const
{
    Changes changes;
    const auto rules = TRY(container_rules(plan));
    const auto listed = TRY(listing());
    if (!TRY(are_in_force(rules, listed)))
        changes.push_back({cat("nftables: tables ", container_table),
                           listed.all().empty() ? "" : "present",
                           rules.empty() ? "" : "rewritten"});
    for (const auto& end : shaped_ends(plan)) {
        const auto rate = present_rate(end);
        if (!rate || !is_rate(*rate, end.rate))
            changes.push_back(
                {cat("rate of ", end.name),
                 rate ? rate_or_nothing(*rate) : cat("unknown: ", rate.error().message),
                 rate_or_nothing(end.rate)});
    }
    return changes;
}

Result<> write_rules(const std::string& rules, const Listing& listed)
{
    NftLibrary library;
    auto written = library.commit(container_transaction(rules, names_in(listed.inet)));
    if (!written && written.error().kind == ErrorKind::Denied)
        return written;
    if (!written)
        return explained(std::move(written).error());
    if (rules.empty())
        return LocalHost{}.remove(applied_file);
    return LocalHost{}.write(applied_file, record_of(rules, TRY(listing())));
}

Result<> ContainerKernel::replace(const ContainerPlan& plan)
{
    const auto rules = TRY(container_rules(plan));
    const auto listed = TRY(listing());
    if (!TRY(are_in_force(rules, listed)))
        TRY(write_rules(rules, listed).during("write the network rules of containers"));
    // one container that spoils its own end keeps nobody else's from being shaped
    Result<> outcome = done;
    for (const auto& end : shaped_ends(plan)) {
        const auto rate = present_rate(end);
        if (rate && is_rate(*rate, end.rate))
            continue;
        auto shaped =
            rate ? at(end, [&] { return shape(end.device, end.rate); }) : Result<>{rate.error()};
        if (!shaped)
            outcome = std::move(shaped).during(cat("rate of ", end.name));
    }
    return outcome;
}

Result<std::map<std::string, std::uint64_t>> ContainerKernel::used(const ContainerPlan& plan) const
{
    std::map<std::string, std::uint64_t> bytes;
    const auto sets = names_in(TRY(listing()).inet).sets;
    auto socket = TRY(NftSocket::open());
    for (const auto& container : plan) {
        if (!container.policy.quota)
            continue;
        const auto set = quota_set(container.policy.id, *container.policy.quota);
        if (std::ranges::find(sets, set) == sets.end())
            continue;
        bytes[container.policy.id] = TRY(counted_bytes(socket, set)).value_or(0);
    }
    return bytes;
}

}

std::unique_ptr<ContainerControl> container_kernel()
{
    return std::make_unique<ContainerKernel>();
}

}
