#include "canary.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace canary {

// All of them wait to be ended, so that none makes room for another.
void tell_children(int wanted)
{
    static pid_t children[most_children];
    int made = 0;
    int problem = 0;
    while (made < wanted && made < most_children) {
        const auto child = fork();
        if (child == 0) {
            alarm(longest_life_s);
            for (;;)
                pause();
        }
        if (child < 0) {
            problem = errno;
            break;
        }
        children[made++] = child;
    }
    for (int i = 0; i < made; ++i)
        kill(children[i], SIGKILL);
    while (wait(nullptr) > 0) {
    }
    tell(wanted == control_children ? "children-control" : "children", "%d %d", made, problem);
}

static int use_mib(int mib)
{
    const auto size = static_cast<size_t>(mib) << 20U;
    auto* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return errno;
    constexpr size_t page = 4096; // and something in it that is not shared with the next
    for (size_t at = 0; at < size; at += page)
        memset(static_cast<char*>(memory) + at, static_cast<int>(at / page % 251) + 1, 64);
    return 0;
}

static int use_control()
{
    return use_mib(control_mib);
}

static int use_burst()
{
    return use_mib(burst_mib);
}

// A sandbox that exceeds its limit may end whole: then the second line is missing.
void tell_memory()
{
    tell_attempt("memory-control", use_control);
    tell_attempt("memory-burst", use_burst);
}

int burn(const char* milliseconds)
{
    signal(SIGUSR1, SIG_IGN); // nothing here needs leave
    is_written("ready\n", 6);
    timespec start{};
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &start);
    const auto wanted = atol(milliseconds);
    volatile unsigned long work = 0;
    do {
        for (int i = 0; i < 100000; ++i)
            work = work * 31 + 7;
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < wanted);
    return is_written("end\n", 4) ? 0 : 1;
}

}
