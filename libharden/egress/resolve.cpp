#include "egress/resolve.h"

#include "base/text.h"
#include "egress/own_names.h"
#include "node/address.h"
#include "node/cgroups.h"

#include <algorithm>

namespace harden {

static void except(const EgressException& exception, const std::vector<std::string>& sources,
                   EgressPolicy& policy)
{
    for (const auto& source : sources) {
        if (!parse_network(source))
            continue;
        for (auto& group : policy.groups)
            if (std::ranges::find(exception.open, group.refused.id) != exception.open.end())
                group.refused.open_to.push_back(source);
        for (auto destination : exception.allow) {
            if (is_v6_text(destination.address) != is_v6_text(source))
                continue;
            destination.source = source;
            policy.allow.push_back(std::move(destination));
        }
    }
}

static bool has_label(const Container& container, std::string_view wanted)
{
    const auto equals = wanted.find('=');
    const auto label = container.labels.find(wanted.substr(0, equals));
    return label != container.labels.end() && label->second == wanted.substr(equals + 1);
}

Result<> resolve_exceptions(const Docker& docker, EgressPolicy& policy)
{
    if (!policy.networks.empty())
        for (const auto& network : TRY(docker.networks()))
            for (const auto& exception : policy.networks)
                if (exception.name == network.name)
                    except(exception, network.subnets, policy);
    if (!policy.labels.empty())
        for (const auto& container : TRY(docker.containers()))
            for (const auto& exception : policy.labels)
                if (has_label(container, exception.name))
                    except(exception, container.addresses, policy);
    return done;
}

static constexpr auto host_network = "host";

// Where the container's first process is in the cgroup2 hierarchy; empty where it is in none.
static std::string unified_path(const Node& node, const std::string& id)
{
    const auto details = node.docker().inspect(id);
    if (!details || details->pid <= 0)
        return {};
    const auto text = node.host().read(cat("/proc/", std::to_string(details->pid), "/cgroup"));
    if (!text)
        return {};
    const auto places = parse_process_cgroups(*text);
    const auto found = places.find("unified");
    return found == places.end() || found->second.find(id) == std::string::npos
               ? std::string{}
               : found->second.substr(1);
}

// A group inside one that is judged already needs no entry of its own.
static bool is_inside(const std::string& path, const std::vector<HostCgroup>& known)
{
    return std::ranges::any_of(known, [&](const HostCgroup& outer) {
        return path == outer.path || path.starts_with(cat(outer.path, "/"));
    });
}

std::vector<HostCgroup> host_cgroups(const Node& node, const EgressPolicy& policy)
{
    std::vector<HostCgroup> found;
    const auto text = node.host().read("/proc/self/mounts");
    if (!text || !policy.judges_host_network)
        return found;
    const auto mounts = parse_cgroup_mounts(*text);
    const auto mount = mounts.find("unified");
    if (mount == mounts.end())
        return found;
    const auto add = [&](const std::string& path) {
        if (path.empty() || is_inside(path, found))
            return;
        if (const auto status = node.host().status(cat(mount->second, "/", path)))
            found.push_back({path, status->inode});
    };
    for (const auto& path : policy.host_cgroups)
        add(path);
    if (const auto containers = node.docker().containers())
        for (const auto& container : *containers)
            if (std::ranges::find(container.networks, host_network) != container.networks.end())
                add(unified_path(node, container.id));
    std::ranges::sort(found, {}, &HostCgroup::path);
    return found;
}

}
