#include "bench/bench.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sys/resource.h>

namespace harden::bench {

static double cpu_ms()
{
    double sum = 0;
    for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage used{};
        getrusage(who, &used);
        for (const auto& time : {used.ru_utime, used.ru_stime})
            sum += static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
    }
    return sum;
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values.empty() ? 0 : values[values.size() / 2];
}

Spent median(int rounds, const std::function<void()>& prepare, const std::function<void()>& work)
{
    std::vector<double> wall;
    std::vector<double> cpu;
    for (int round = 0; round < rounds; ++round) {
        prepare();
        const auto cpu_before = cpu_ms();
        const auto wall_before = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - wall_before;
        wall.push_back(took.count());
        cpu.push_back(cpu_ms() - cpu_before);
    }
    return {median(std::move(wall)), median(std::move(cpu))};
}

void shell(const std::string& line)
{
    if (std::system((line + " >/dev/null").c_str()) == 0) // NOLINT(cert-env33-c): lines of our own
        return;
    std::fprintf(stderr, "bench: this failed: %s\n", line.c_str());
    std::exit(1);
}

std::string milliseconds(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.2f ms", value);
    return text;
}

void row(const std::string& what, const std::string& ours, const std::string& alternative,
         const std::string& theirs)
{
    std::printf("%-46s %14s   %-34s %14s\n", what.c_str(), ours.c_str(), alternative.c_str(),
                theirs.c_str());
    std::fflush(stdout);
}

}
