#include "system/interruption.h"

#include <atomic>
#include <csignal>
#include <thread>
#include <unistd.h>

namespace harden {

static std::atomic<bool> interrupted{false};

static sigset_t interruption()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    return signals;
}

// A mask is inherited by threads and, over exec, by programs.
void hold_interruptions(std::function<void()> told)
{
    const auto signals = interruption();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::thread{[told = std::move(told), signals] {
        int number = 0;
        sigwait(&signals, &number);
        interrupted = true;
        told();
        sigwait(&signals, &number);
        _exit(128 + SIGINT);
    }}.detach();
}

bool was_interrupted()
{
    return interrupted;
}

}
