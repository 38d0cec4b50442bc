#include "system/hangup_signal.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/signalfd.h>

namespace harden {

Result<HangupSignal> HangupSignal::open()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    HangupSignal opened{Descriptor{signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC)}};
    if (!opened.descriptor_.is_open())
        return Error{ErrorKind::Failed, cat("wait for signals: ", std::strerror(errno)), {}};
    return opened;
}

bool HangupSignal::hear()
{
    bool has_come = false;
    for (signalfd_siginfo signal{}; read(descriptor(), &signal, sizeof signal) == sizeof signal;)
        has_come = true;
    return has_come;
}

}
