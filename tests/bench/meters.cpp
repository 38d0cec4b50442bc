// What a look's questions to the kernel cost in this network namespace: bench_meters PID…, one
// process of each container. The median of the rounds, in microseconds.
#include "bench/bench.h"
#include "system/kernel_meters.h"
#include "usage/network_use.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

using namespace harden;
using harden::bench::median;

static double microseconds(clockid_t clock)
{
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

template<class Question>
static void measure(const char* what, Question question)
{
    constexpr int rounds = 51;
    std::vector<double> cpu;
    std::vector<double> wall;
    std::size_t answers = 0;
    for (int round = 0; round < rounds; ++round) {
        const auto cpu_before = microseconds(CLOCK_PROCESS_CPUTIME_ID);
        const auto wall_before = microseconds(CLOCK_MONOTONIC);
        answers = question();
        cpu.push_back(microseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_before);
        wall.push_back(microseconds(CLOCK_MONOTONIC) - wall_before);
    }
    std::printf("%-28s %6zu answers %8.0f us CPU %8.0f us elapsed\n", what, answers, median(cpu),
                median(wall));
}

template<class Answer>
static std::size_t count(const Result<Answer>& answer)
{
    return answer ? answer->size() : 0;
}

static std::size_t mapped(const std::vector<LinkMeter>& links,
                          const std::vector<std::optional<int>>& namespaces)
{
    std::vector<int> known;
    for (const auto& link : links)
        if (link.peer_namespace)
            known.push_back(*link.peer_namespace);
    std::ranges::sort(known);
    return static_cast<std::size_t>(std::ranges::count_if(namespaces, [&](const auto& each) {
        return each && std::ranges::binary_search(known, *each);
    }));
}

int main(int argc, char** argv)
{
    std::vector<int> pids;
    for (int i = 1; i < argc; ++i)
        pids.push_back(std::atoi(argv[i]));
    const auto meters = kernel_meters(link_places_file);
    const auto forgetful = kernel_meters();
    measure("links, the first time", [&] { return count(forgetful->links()); });
    measure("links, then", [&] { return count(meters->links()); });
    measure("namespaces", [&] { return count(meters->namespaces_of(pids)); });
    measure("links mapped to containers", [&] {
        const auto links = meters->links();
        const auto namespaces = meters->namespaces_of(pids);
        return links && namespaces ? mapped(*links, *namespaces) : 0;
    });
    measure("connections", [&] { return count(meters->connections()); });
    measure("refusals", [&] { return count(meters->refusals()); });
    measure("all, by container", [&] {
        const auto use = NetworkUse::ask(*meters, pids);
        const Container any{.networks = {"bridge"}};
        return static_cast<std::size_t>(std::ranges::count_if(pids, [&](int pid) {
            return use.traffic_of(any, std::span{&pid, 1}).has_value();
        }));
    });
    return 0;
}
