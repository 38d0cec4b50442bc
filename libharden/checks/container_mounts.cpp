#include "checks/container_mounts.h"

#include <algorithm>

namespace harden {

std::string resolved(const Host& host, std::string_view path)
{
    constexpr int most_links = 40;
    int links = 0;
    Path place{"/"};
    std::vector<std::string> rest;
    const auto push = [&](const Path& parts) {
        std::vector<std::string> names;
        for (const auto& part : parts.relative_path())
            names.push_back(part.native());
        rest.insert(rest.end(), names.rbegin(), names.rend());
    };
    push(Path{path});
    while (!rest.empty()) {
        const auto name = rest.back();
        rest.pop_back();
        if (name.empty() || name == ".")
            continue;
        if (name == "..") {
            place = place.parent_path();
            continue;
        }
        const auto status = host.status(place / name);
        if (!status || status->type != FileType::Link || ++links > most_links) {
            place /= name;
            continue;
        }
        if (status->target.is_absolute())
            place = "/";
        push(status->target);
    }
    return place.native();
}

Result<std::vector<std::string>> places_of(const Host& host, const RunningContainers& all,
                                           const RunningContainer& container,
                                           const ContainerMount& mount)
{
    if (container.in_sandbox)
        return std::vector<std::string>{resolved(host, mount.source)};
    if (!container.process)
        return container.process.error();
    const auto* row = mount_at(container.process->mounts, mount.destination);
    auto places =
        row == nullptr ? std::vector<std::string>{} : places_on_host(all.host_mounts, *row);
    if (places.empty())
        places.push_back(resolved(host, mount.source));
    return places;
}

// The file system that holds a path of the host, and the path within it.
struct Held {
    std::string device;
    std::string path;
};

static Held held(const std::vector<MountRow>& host, std::string_view path)
{
    const auto* holder = mount_of(host, path);
    if (holder == nullptr)
        return {};
    const auto below = holder->place == "/" ? path : path.substr(holder->place.size());
    return {holder->device, holder->root == "/" ? std::string{below} : cat(holder->root, below)};
}

static std::string by_table(const RunningContainer& container, const Held& socket,
                            std::string_view name)
{
    for (const auto& row : container.process->mounts)
        if (!socket.device.empty() && row.device == socket.device &&
            is_within(socket.path, row.root))
            return cat(name, " at ", escaped(row.place, 80));
    return {};
}

// By its inode, which a hard link shares, or by its own name.
static std::string by_source(const Host& host, const RunningContainers& all,
                             const RunningContainer& container, std::string_view socket)
{
    const auto status = host.status(socket);
    for (const auto& mount : container.details.settings.mounts) {
        const auto source = resolved(host, mount.source);
        const auto found = host.status(source);
        const bool is_linked =
            status && found && found->type == FileType::Other && found->inode != 0 &&
            found->inode == status->inode &&
            held(all.host_mounts, source).device == held(all.host_mounts, socket).device;
        if (is_linked || (!mount.source.empty() && is_within(socket, source)))
            return cat(socket, " at ", escaped(mount.destination, 80));
    }
    return {};
}

Result<std::string> socket_in(const Host& host, const RunningContainers& all,
                              const RunningContainer& container,
                              const std::vector<std::string>& sockets)
{
    if (!container.in_sandbox && !container.process)
        return container.process.error();
    for (const auto& name : sockets) {
        const auto socket = resolved(host, name);
        if (!host.status(socket))
            continue;
        auto found = by_source(host, all, container, socket);
        if (found.empty() && container.process && !container.in_sandbox)
            found = by_table(container, held(all.host_mounts, socket), socket);
        if (!found.empty())
            return found;
    }
    return std::string{};
}

}
