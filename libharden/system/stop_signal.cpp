#include "system/stop_signal.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <sys/signalfd.h>

namespace harden {

Result<StopSignal> StopSignal::open()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    StopSignal opened{Descriptor{signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC)}};
    if (!opened.descriptor_.is_open())
        return Error{ErrorKind::Failed, cat("wait for signals: ", std::strerror(errno)), {}};
    return opened;
}

bool StopSignal::comes_within(std::chrono::nanoseconds patience) const
{
    constexpr std::int64_t longest = 24 * 3600 * 1000;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(patience).count();
    pollfd waiting{descriptor_.number(), POLLIN, 0};
    return poll(&waiting, 1, static_cast<int>(std::clamp<std::int64_t>(wait, 0, longest))) == 1;
}

}
