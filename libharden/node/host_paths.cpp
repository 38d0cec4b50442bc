#include "node/host_paths.h"

#include <array>

namespace harden {

bool is_within(std::string_view path, std::string_view directory)
{
    if (directory == "/")
        return path.starts_with('/');
    return path.starts_with(directory) &&
           (path.size() == directory.size() || path[directory.size()] == '/');
}

std::span<const std::string_view> engine_sockets()
{
    static constexpr std::array<std::string_view, 7> all{"/run/docker.sock",
                                                         "/run/containerd/containerd.sock",
                                                         "/run/docker/containerd/containerd.sock",
                                                         "/run/crio/crio.sock",
                                                         "/run/podman/podman.sock",
                                                         "/run/buildkit/buildkitd.sock",
                                                         "/run/k3s/containerd/containerd.sock"};
    return all;
}

}
