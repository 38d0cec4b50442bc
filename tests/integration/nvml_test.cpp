#include "support/catch.hpp"
#include "system/nvml.h"

#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

using namespace harden;
using namespace std::chrono_literals;

// The library that stands beside the tests does as this variable says.
static Result<std::vector<GpuProcess>> ask_fake(const char* how, std::chrono::milliseconds patience)
{
    setenv("FAKE_NVML", how, 1); // NOLINT(concurrency-mt-unsafe)
    return ask_nvml(HARDEN_FAKE_NVML, patience);
}

TEST_CASE("what runs on the GPUs is what the driver's library tells")
{
    const auto processes = ask_fake("two", 5s);
    INFO((processes ? std::string{} : processes.error().message));
    REQUIRE(processes);
    REQUIRE(processes->size() == 3);
    const auto& first = processes->at(0);
    CHECK(first.pid == 100);
    CHECK(first.device == "GPU-00000000-0000-0000-0000-000000000000");
    CHECK(first.busy == 0.93); // the newest sample of it
    CHECK(first.memory_bytes == 1'073'741'824);
    CHECK(processes->at(1).pid == 101);
    CHECK(processes->at(1).busy == 0.0); // listed, and seen doing nothing
    CHECK(processes->at(2).device == "GPU-11111111-1111-1111-1111-111111111111");
    CHECK_FALSE(processes->at(2).busy); // this device does not tell
    CHECK(processes->at(2).memory_bytes == 0);
}

TEST_CASE("no GPU, no library and a library that refuses are different")
{
    const auto none = ask_fake("none", 5s);
    REQUIRE(none);
    CHECK(none->empty());
    CHECK(ask_nvml("libharden-no-such-library.so", 5s).is_absent());
    CHECK(ask_fake("refuse", 5s).error().kind == ErrorKind::Failed);
    CHECK(ask_fake("crash", 5s).error().kind == ErrorKind::Failed);
}

TEST_CASE("a driver that hangs holds nobody up")
{
    const auto start = std::chrono::steady_clock::now();
    CHECK(ask_fake("hang", 200ms).error().kind == ErrorKind::TimedOut);
    CHECK(std::chrono::steady_clock::now() - start < 2s);
    while (waitpid(-1, nullptr, WNOHANG) > 0)
        continue;
}

// The real driver keeps the same contract; where there is none it is absent.
TEST_CASE("the GPUs of this machine tell who uses them")
{
    const auto processes = nvidia_processes();
    if (processes.is_absent()) {
        WARN("SKIPPED: no GPU driver here");
        return;
    }
    INFO((processes ? std::string{} : processes.error().message));
    REQUIRE(processes);
    for (const auto& process : *processes) {
        CHECK(process.pid > 0);
        CHECK(process.device.starts_with("GPU-"));
        CHECK(process.busy.value_or(0) >= 0);
        CHECK(process.busy.value_or(0) <= 1);
    }
}
