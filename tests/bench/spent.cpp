// bench_spent ROUNDS CMD…: median processor time and elapsed time in milliseconds, and peak memory
// in megabytes, of a command whose output nobody reads: "12.3 20.1 5.6".
#include "bench/bench.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using Clock = std::chrono::steady_clock;

static double milliseconds(const timeval& time)
{
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

static rusage run(char** command)
{
    const auto child = vfork();
    if (child == 0) {
        const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        execvp(command[0], command);
        _exit(127);
    }
    rusage used{};
    int status = 0;
    if (child < 0 || wait4(child, &status, 0, &used) != child || WEXITSTATUS(status) == 127) {
        std::fprintf(stderr, "bench_spent: cannot run %s\n", command[0]);
        std::exit(1);
    }
    return used;
}

int main(int argc, char** argv)
{
    const int rounds = argc > 2 ? std::atoi(argv[1]) : 0;
    std::vector<double> cpu;
    std::vector<double> wall;
    long peak = 0; // kilobytes
    for (int round = 0; round < rounds; ++round) {
        const auto began = Clock::now();
        const auto used = run(argv + 2);
        wall.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
        cpu.push_back(milliseconds(used.ru_utime) + milliseconds(used.ru_stime));
        peak = std::max(peak, used.ru_maxrss);
    }
    std::printf("%.1f %.1f %.1f\n", harden::bench::median(cpu), harden::bench::median(wall),
                static_cast<double>(peak) / 1024);
    return rounds > 0 ? 0 : 2;
}
