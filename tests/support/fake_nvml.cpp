// A libnvidia-ml.so.1 that does what FAKE_NVML says: "two" devices with processes, "none",
// "refuse", "crash", "hang".
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <unistd.h>

namespace {

constexpr int success = 0;
constexpr int not_supported = 3;
constexpr int insufficient_size = 7;
constexpr int unknown = 999;

struct ProcessInfo {
    unsigned pid;
    unsigned long long memory;
    unsigned gpu_instance;
    unsigned compute_instance;
};

struct UtilizationSample {
    unsigned pid;
    unsigned long long stamp;
    unsigned processors;
    unsigned memory;
    unsigned encoder;
    unsigned decoder;
};

std::string_view how()
{
    const auto* text = std::getenv("FAKE_NVML"); // NOLINT(concurrency-mt-unsafe)
    return text == nullptr ? "none" : text;
}

int devices[2];

template<class Row, std::size_t Size>
int give(const Row (&rows)[Size], Row* to, unsigned* count)
{
    const auto room = *count;
    *count = Size;
    if (to == nullptr || room < Size)
        return insufficient_size;
    std::memcpy(to, rows, sizeof rows);
    return success;
}

}

extern "C" {

int nvmlInit_v2()
{
    if (how() == "hang")
        pause();
    if (how() == "crash")
        std::abort();
    return how() == "refuse" ? unknown : success;
}

int nvmlDeviceGetCount_v2(unsigned* count)
{
    *count = how() == "two" ? 2 : 0;
    return success;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device)
{
    *device = &devices[index];
    return success;
}

int nvmlDeviceGetUUID(void* device, char* text, unsigned size)
{
    const std::string_view uuid = device == &devices[0]
                                      ? "GPU-00000000-0000-0000-0000-000000000000"
                                      : "GPU-11111111-1111-1111-1111-111111111111";
    if (size <= uuid.size())
        return insufficient_size;
    text[uuid.copy(text, size - 1)] = 0;
    return success;
}

int nvmlDeviceGetComputeRunningProcesses_v3(void* device, unsigned* count, ProcessInfo* to)
{
    static const ProcessInfo first[]{{100, 1'073'741'824, ~0U, ~0U}, {101, 7, ~0U, ~0U}};
    static const ProcessInfo second[]{{100, ~0ULL, ~0U, ~0U}};
    return device == &devices[0] ? give(first, to, count) : give(second, to, count);
}

int nvmlDeviceGetProcessUtilization(void* device, UtilizationSample* to, unsigned* count,
                                    unsigned long long)
{
    static const UtilizationSample samples[]{{100, 20, 93, 0, 0, 0}, {100, 10, 5, 0, 0, 0}};
    return device == &devices[0] ? give(samples, to, count) : not_supported;
}
}
