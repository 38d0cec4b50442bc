#include "usage/observe_network.h"

#include "usage/cgroup_tree.h"
#include "usage/network_use.h"

namespace harden {

static std::vector<int> first_processes(const NodeObservation& seen)
{
    std::vector<int> processes;
    for (const auto& each : seen.containers)
        if (each.first_process != 0)
            processes.push_back(each.first_process);
    return processes;
}

// A sandbox's first process may be its helper, who has no network; it is a few of them.
static std::vector<int> few_processes(const Host& host, const Observation& seen)
{
    constexpr std::size_t few = 8;
    return seen.container.addresses.empty() ? std::vector<int>{}
                                            : processes_in(host, seen.group, few);
}

static void look_further(const Host& host, const Meters& meters, NetworkUse& use,
                         NodeObservation& seen)
{
    std::vector<int> processes;
    std::vector<std::pair<Observation*, std::vector<int>>> unmapped;
    for (auto& each : seen.containers) {
        if (each.traffic)
            continue;
        auto own = few_processes(host, each);
        processes.insert(processes.end(), own.begin(), own.end());
        unmapped.emplace_back(&each, std::move(own));
    }
    use.learn(meters, processes);
    for (const auto& [each, own] : unmapped)
        each->traffic = use.traffic_of(each->container, own);
}

void observe_network(const Host& host, const Meters& meters, NodeObservation& seen)
{
    auto use = NetworkUse::ask(meters, first_processes(seen));
    for (auto& each : seen.containers) {
        each.traffic = use.traffic_of(each.container, std::span{&each.first_process, 1});
        each.flows = use.flows_of(each.container);
        each.refused = use.refused_of(each.container);
    }
    look_further(host, meters, use, seen);
    const auto& problems = use.problems();
    seen.problems.insert(seen.problems.end(), problems.begin(), problems.end());
}

}
