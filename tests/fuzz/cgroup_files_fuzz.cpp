#include "usage/cgroup_files.h"

#include <cstddef>
#include <cstdint>

using namespace harden;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{data, data + size};
    (void)parse_counter(text);
    (void)stat_value(text, "nr_periods");
    (void)parse_cpu_max(text);
    (void)parse_cfs_quota(text, text);
    (void)processors_in(text);
    (void)parse_pressure_total(text);
    (void)parse_cgroup_mounts(text);
    for (const auto& [controller, path] : parse_process_cgroups(text))
        if (!path.starts_with('/') || path.find("/..") != std::string::npos)
            __builtin_trap();
    return 0;
}
