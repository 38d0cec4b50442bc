#include "system/nvml.h"

#include "system/descriptor.h"
#include "system/nvml_library.h"
#include "system/process.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/wait.h>

namespace harden {

using std::chrono::milliseconds;
using Moment = std::chrono::steady_clock::time_point;

static constexpr auto driver_library = "libnvidia-ml.so.1";
static constexpr milliseconds longest_question{2'000};
static constexpr auto lock_file = "/var/lib/harden/nvml.lock";
static constexpr std::size_t most_rows = 65'536;

// The child's exit status, beside those of NvmlAnswer.
static constexpr int still_hangs = 100;
static constexpr int unheard = 101;

static bool write_all(int to, const void* from, std::size_t size)
{
    const auto* bytes = static_cast<const char*>(from);
    while (size > 0) {
        const auto sent = write(to, bytes, size);
        if (sent <= 0)
            return false;
        bytes += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return true;
}

// Whether a child of an earlier look is still in there: another one would join it.
static bool is_held()
{
    const int lock = open(lock_file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

// In the child. What its parent has open, locks above all, is not its to keep: it may hang forever.
[[noreturn]] static void tell(const char* library, int to)
{
    constexpr int kept = 3;
    if (to != kept)
        dup2(to, kept);
    close_range(kept + 1, ~0U, 0);
    for (const int number : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV})
        signal(number, SIG_DFL); // a library that crashes is nothing its parent has to report
    if (is_held())
        _exit(still_hangs);
    std::vector<NvmlRow> rows;
    const auto answer = read_nvml(library, rows);
    if (!write_all(kept, rows.data(), rows.size() * sizeof(NvmlRow)))
        _exit(unheard);
    _exit(static_cast<int>(answer));
}

static int milliseconds_to(Moment deadline)
{
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

// False: it took too long, or more came than there can be.
static bool heard(const Descriptor& from, std::string& bytes, Moment deadline)
{
    std::array<char, 16'384> chunk{};
    for (;;) {
        pollfd waiting{from.number(), POLLIN, 0};
        const int ready = poll(&waiting, 1, milliseconds_to(deadline));
        if (ready < 0 && errno == EINTR)
            continue;
        const auto got = ready > 0 ? read(from.number(), chunk.data(), chunk.size()) : -1;
        if (got <= 0)
            return got == 0;
        bytes.append(chunk.data(), static_cast<std::size_t>(got));
        if (bytes.size() > most_rows * sizeof(NvmlRow))
            return false;
    }
}

static std::vector<GpuProcess> processes_in(std::string_view bytes)
{
    std::vector<GpuProcess> processes;
    for (; bytes.size() >= sizeof(NvmlRow); bytes.remove_prefix(sizeof(NvmlRow))) {
        NvmlRow row;
        std::memcpy(&row, bytes.data(), sizeof row);
        row.device.back() = 0;
        processes.push_back({.pid = row.pid,
                             .device = row.device.data(),
                             .busy = row.busy < 0 ? std::nullopt : std::optional{row.busy / 100.0},
                             .memory_bytes = row.memory});
    }
    return processes;
}

static Error complaint(int status)
{
    if (status == static_cast<int>(NvmlAnswer::NoLibrary))
        return {ErrorKind::NotFound, "the GPU driver's library is not installed", {}};
    if (status == static_cast<int>(NvmlAnswer::Strange))
        return {ErrorKind::Unsupported, "the GPU driver's library is older than driver 510", {}};
    if (status == static_cast<int>(NvmlAnswer::Refused))
        return {ErrorKind::Failed, "the GPU driver refuses to tell", "nvidia-smi"};
    if (status == still_hangs)
        return {ErrorKind::TimedOut, "the GPU driver hangs since an earlier look", "nvidia-smi"};
    return {ErrorKind::Failed, "the GPU driver's library failed", "nvidia-smi"};
}

static Error hung(pid_t child)
{
    kill(child, SIGKILL); // in the kernel it may not be heard: nobody waits for it
    waitpid(child, nullptr, WNOHANG);
    return {ErrorKind::TimedOut, "the GPU driver does not answer in time", "nvidia-smi"};
}

Result<std::vector<GpuProcess>> ask_nvml(const char* library, milliseconds patience)
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        return errno_error("pipe", errno);
    const Descriptor reading{ends[0]};
    Descriptor writing{ends[1]};
    const auto child = fork();
    if (child < 0)
        return errno_error("fork", errno);
    if (child == 0)
        tell(library, writing.number());
    writing.close();
    std::string bytes;
    if (!heard(reading, bytes, deadline))
        return hung(child);
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (milliseconds_to(deadline) == 0)
            return hung(child);
        poll(nullptr, 0, 1);
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return complaint(WIFEXITED(status) ? WEXITSTATUS(status) : unheard);
    return processes_in(bytes);
}

Result<std::vector<GpuProcess>> nvidia_processes()
{
    if (access("/proc/driver/nvidia", F_OK) != 0 && access("/dev/nvidiactl", F_OK) != 0)
        return Error{ErrorKind::NotFound, "no GPU driver here", {}};
    return ask_nvml(driver_library, longest_question);
}

}
