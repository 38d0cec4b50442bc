#include "usage/gpu_use.h"

#include "node/cgroups.h"

#include <algorithm>

namespace harden {

static bool is_digit(char letter)
{
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
}

// 64 hexadecimal digits that stand alone: "/docker/ID", "/system.slice/docker-ID.scope".
static std::string_view id_in(std::string_view path)
{
    constexpr std::size_t length = 64;
    for (std::size_t at = 0; at < path.size();) {
        const auto* begin = path.begin() + static_cast<std::ptrdiff_t>(at);
        const auto* end = std::find_if_not(begin, path.end(), is_digit);
        if (static_cast<std::size_t>(end - begin) == length)
            return {begin, length};
        at += static_cast<std::size_t>(end - begin) + 1;
    }
    return {};
}

std::string container_in(std::string_view process_cgroups)
{
    for (const auto& [controller, path] : parse_process_cgroups(process_cgroups))
        if (const auto id = id_in(path); !id.empty())
            return std::string{id};
    return {};
}

Result<GpuUses> gpu_uses(const Host& host, const Meters& meters)
{
    GpuUses uses;
    const auto processes = TRY(meters.gpu_processes());
    for (const auto& process : processes) {
        const auto groups = host.read(cat("/proc/", std::to_string(process.pid), "/cgroup"));
        const auto id = groups ? container_in(*groups) : std::string{};
        if (id.empty())
            continue; // it has ended, or is no container's
        auto& use = uses[id];
        use.memory_bytes += process.memory_bytes;
        if (process.busy)
            use.busy = use.busy.value_or(0) + *process.busy;
    }
    return uses;
}

}
