#include "system/nvml_library.h"

#include <algorithm>
#include <dlfcn.h>
#include <map>

namespace harden {

// The part of NVIDIA's interface that is asked, with the layout of the public nvml.h (CUDA 12,
// nvmlProcessInfo_v2_t and nvmlProcessUtilizationSample_t): stable since driver 510.
namespace {

using Return = int;
using Device = void*;

constexpr Return success = 0;
constexpr Return not_found = 6; // nobody has used the device lately
constexpr Return insufficient_size = 7;
constexpr auto not_available = ~0ULL;
constexpr unsigned most_processes = 4096;

struct ProcessInfo {
    unsigned pid;
    unsigned long long memory; // bytes
    unsigned gpu_instance;
    unsigned compute_instance;
};
static_assert(sizeof(ProcessInfo) == 24);

struct UtilizationSample {
    unsigned pid;
    unsigned long long stamp; // microseconds
    unsigned processors;      // percent
    unsigned memory;
    unsigned encoder;
    unsigned decoder;
};
static_assert(sizeof(UtilizationSample) == 32);

struct Library {
    Return (*init)() = nullptr;
    Return (*count)(unsigned*) = nullptr;
    Return (*handle)(unsigned, Device*) = nullptr;
    Return (*uuid)(Device, char*, unsigned) = nullptr;
    Return (*processes)(Device, unsigned*, ProcessInfo*) = nullptr;
    Return (*utilization)(Device, UtilizationSample*, unsigned*, unsigned long long) = nullptr;

    bool is_whole() const
    {
        return init != nullptr && count != nullptr && handle != nullptr && uuid != nullptr &&
               processes != nullptr && utilization != nullptr;
    }
};

template<class Function>
void find(void* library, const char* name, Function& function)
{
    function = reinterpret_cast<Function>(dlsym(library, name));
}

Library opened(void* library)
{
    Library found;
    find(library, "nvmlInit_v2", found.init);
    find(library, "nvmlDeviceGetCount_v2", found.count);
    find(library, "nvmlDeviceGetHandleByIndex_v2", found.handle);
    find(library, "nvmlDeviceGetUUID", found.uuid);
    find(library, "nvmlDeviceGetComputeRunningProcesses_v3", found.processes);
    find(library, "nvmlDeviceGetProcessUtilization", found.utilization);
    return found;
}

// Percent of each process at its newest sample. None: the driver does not tell.
using Busy = std::map<unsigned, UtilizationSample>;
bool read_busy(const Library& nvml, Device device, Busy& busy)
{
    unsigned count = 0;
    auto outcome = nvml.utilization(device, nullptr, &count, 0);
    std::vector<UtilizationSample> samples(std::min(count, most_processes));
    if (outcome == insufficient_size) {
        count = static_cast<unsigned>(samples.size());
        outcome = nvml.utilization(device, samples.data(), &count, 0);
    }
    if (outcome == not_found)
        return true;
    if (outcome != success)
        return false;
    samples.resize(std::min<std::size_t>(count, samples.size()));
    for (const auto& sample : samples) {
        auto& newest = busy[sample.pid];
        if (sample.stamp >= newest.stamp)
            newest = sample;
    }
    return true;
}

bool read_processes(const Library& nvml, Device device, std::vector<ProcessInfo>& processes)
{
    unsigned count = 0;
    auto outcome = nvml.processes(device, &count, nullptr);
    if (outcome == insufficient_size) {
        count = std::min(count + 16, most_processes); // some may start meanwhile
        processes.resize(count);
        outcome = nvml.processes(device, &count, processes.data());
    }
    processes.resize(std::min<std::size_t>(count, processes.size()));
    return outcome == success;
}

bool read_device(const Library& nvml, unsigned index, std::vector<NvmlRow>& rows)
{
    Device device = nullptr;
    NvmlRow row;
    std::vector<ProcessInfo> processes;
    if (nvml.handle(index, &device) != success ||
        nvml.uuid(device, row.device.data(), row.device.size() - 1) != success ||
        !read_processes(nvml, device, processes))
        return false;
    Busy busy;
    const bool is_told = read_busy(nvml, device, busy);
    for (const auto& process : processes) {
        row.pid = static_cast<std::int32_t>(process.pid);
        row.memory = process.memory == not_available ? 0 : process.memory;
        const auto found = busy.find(process.pid);
        const auto share = found == busy.end() ? 0U : std::min(found->second.processors, 100U);
        row.busy = is_told ? static_cast<std::int32_t>(share) : -1;
        rows.push_back(row);
    }
    return true;
}

}

NvmlAnswer read_nvml(const char* library, std::vector<NvmlRow>& rows)
{
    auto* handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr)
        return NvmlAnswer::NoLibrary;
    const auto nvml = opened(handle);
    if (!nvml.is_whole())
        return NvmlAnswer::Strange;
    unsigned devices = 0;
    if (nvml.init() != success || nvml.count(&devices) != success)
        return NvmlAnswer::Refused;
    for (unsigned index = 0; index < devices; ++index)
        if (!read_device(nvml, index, rows))
            return NvmlAnswer::Refused;
    return NvmlAnswer::Whole;
}

}
