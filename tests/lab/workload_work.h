#pragma once

#include "workload_settings.h"

#include <fcntl.h>
#include <random>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace workload {

using std::chrono::milliseconds;

inline void turn(milliseconds duration)
{
    const auto end = Clock::now() + duration;
    volatile std::uint64_t state = 88172645463325252U;
    while (Clock::now() < end)
        for (int i = 0; i < 10'000; ++i)
            state = state * 6364136223846793005U + 1442695040888963407U;
}

// Uses the processor for `percent` of each `period`, and goes through `memory` meanwhile.
inline void work(const Settings& settings)
{
    const auto cells = static_cast<std::size_t>(settings.number("memory", 0)) * (1 << 20) / 8;
    std::vector<std::uint64_t> memory(cells);
    std::uint64_t state = 0x9E3779B97F4A7C15U;
    for (auto& cell : memory)
        cell = state = state * 6364136223846793005U + 1442695040888963407U;
    const milliseconds period{settings.number("period", 1000)};
    const auto busy = period * settings.number("percent", 100) / 100;
    while (!settings.is_over()) {
        const auto end = Clock::now() + busy;
        while (Clock::now() < end) {
            turn(milliseconds{1});
            for (int i = 0; i < 10'000 && cells > 0; ++i)
                state ^= memory[(state * 2654435761U + static_cast<unsigned>(i)) % cells]++;
        }
        std::this_thread::sleep_for(period - busy);
    }
}

inline void write_out(const std::string& file, int blocks)
{
    const int to = open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const std::vector<char> block(65'536, 'o');
    for (int i = 0; i < blocks; ++i)
        if (write(to, block.data(), block.size()) < 0)
            break;
    close(to);
}

// Compilers: each a process of its own, with a write at its end and a pause after it.
inline int build(const Settings& settings)
{
    std::minstd_rand random{20261122};
    while (!settings.is_over()) {
        const milliseconds length{10 + random() % 150};
        const pid_t child = fork();
        if (child == 0) {
            turn(length);
            const auto file = "/tmp/o." + std::to_string(getpid());
            write_out(file, 4);
            unlink(file.c_str());
            _exit(0);
        }
        waitpid(child, nullptr, 0);
        std::this_thread::sleep_for(milliseconds{random() % 30});
    }
    return 0;
}

inline int encode(const Settings& settings)
{
    while (!settings.is_over()) {
        turn(milliseconds{20});
        write_out("/tmp/frames", 2);
    }
    return 0;
}

inline int web(const Settings& settings)
{
    std::minstd_rand random{20261122};
    while (!settings.is_over()) {
        turn(milliseconds{random() % 8});
        std::this_thread::sleep_for(milliseconds{60 + random() % 200});
    }
    return 0;
}

inline int idle(const Settings& settings)
{
    while (!settings.is_over())
        std::this_thread::sleep_for(milliseconds{500});
    return 0;
}

} // namespace workload
