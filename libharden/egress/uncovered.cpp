#include "egress/uncovered.h"

#include "egress/names.h"

#include <algorithm>

namespace harden {

// Why a network's packets pass none of our hooks; empty where they do.
static std::string gap_of(const DockerNetwork& network, const Ruleset& wanted)
{
    const auto& driver = network.driver;
    const auto covers_bridge = [&](const auto& pattern) { return covers(pattern, network.bridge); };
    if (driver == "bridge")
        return std::ranges::any_of(wanted.container_interfaces, covers_bridge)
                   ? std::string{}
                   : cat("its bridge ", network.bridge, " is none of the container interfaces");
    if (driver == "host" || driver == "null")
        return {};
    if (driver == "macvlan" || driver == "ipvlan")
        return cat("its driver ", driver, " does not cross the host");
    if (driver == "overlay")
        return "what its driver overlay carries between nodes does not cross the host; what leaves "
               "by docker_gwbridge does";
    return cat("what its driver ", driver, " does is not known");
}

// Its path below the mount of cgroup2, as in "0::/system.slice/docker-1f.scope".
static std::string cgroup_of(const Host& host, int process)
{
    const auto text = host.read(cat("/proc/", std::to_string(process), "/cgroup"));
    if (!text)
        return {};
    for (const auto line : lines(*text))
        if (line.starts_with("0::/"))
            return std::string{line.substr(4)};
    return {};
}

static bool is_below(std::string_view path, std::string_view parent)
{
    return path == parent || (path.starts_with(parent) && path.substr(parent.size())[0] == '/');
}

// The host's own network: judged by control group where one is named that holds the container.
static Result<bool> is_judged(const Node& node, const Ruleset& wanted, const Container& container)
{
    if (wanted.host_cgroups.empty())
        return false;
    const auto details = node.docker().inspect(container.id);
    if (details.is_absent())
        return true; // it ended in the meantime
    const auto path = cgroup_of(node.host(), TRY(details).pid);
    return std::ranges::any_of(wanted.host_cgroups, [&](const HostCgroup& cgroup) {
        return !path.empty() && is_below(path, cgroup.path);
    });
}

static bool has_network(const Container& container, std::string_view name)
{
    return std::ranges::find(container.networks, name) != container.networks.end();
}

Result<std::vector<std::string>> uncovered(const Node& node, const Ruleset& wanted,
                                           const std::vector<Container>& containers)
{
    std::vector<std::string> found;
    for (const auto& container : containers)
        if (has_network(container, "host") && !TRY(is_judged(node, wanted, container)))
            found.push_back(cat("container ", container.name, ": it uses the network of the host"));
    for (const auto& network : TRY(node.docker().networks()))
        if (const auto gap = gap_of(network, wanted); !gap.empty())
            found.push_back(cat("network ", network.name, ": ", gap));
    return found;
}

}
