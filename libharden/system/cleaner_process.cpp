#include "system/cleaner_process.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace harden {

static Error failed(std::string_view action)
{
    return {ErrorKind::Failed, cat(action, ": ", std::strerror(errno)), {}};
}

Result<Descriptor> CleanerProcess::lock(std::string_view name, std::string_view busy)
{
    constexpr int tries = 100;
    constexpr int pause_ms = 50;
    sockaddr_un address{.sun_family = AF_UNIX};
    // Names that begin with a zero are in no directory.
    std::memcpy(address.sun_path + 1, name.data(),
                std::min(name.size(), sizeof address.sun_path - 1));
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    Descriptor lock{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    for (int i = 0; i < tries; ++i) {
        if (bind(lock.number(), reinterpret_cast<const sockaddr*>(&address), size) == 0)
            return lock;
        if (errno != EADDRINUSE)
            return failed(cat("take the name ", name));
        poll(nullptr, 0, pause_ms);
    }
    return Error{ErrorKind::TimedOut, std::string{busy}, {}};
}

// Other threads' descriptors belong to programs of theirs, which wait for their end.
static void keep_only(int one, int other)
{
    const auto low = static_cast<unsigned>(std::min(one, other));
    const auto high = static_cast<unsigned>(std::max(one, other));
    if (low > STDERR_FILENO + 1)
        close_range(STDERR_FILENO + 1, low - 1, 0);
    if (high > low + 1)
        close_range(low + 1, high - 1, 0);
    close_range(high + 1, ~0U, 0);
}

// Ends with the process: status 0 where all is gone.
[[noreturn]] static void clean_at_end_of(int lifeline, int lock, const CleanerProcess::Clean& clean)
{
    keep_only(lifeline, lock);
    setsid();
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE})
        ::signal(signal, SIG_IGN);
    char goodbye = 0;
    ssize_t got = 0;
    do
        got = read(lifeline, &goodbye, 1);
    while (got < 0 && errno == EINTR);
    const bool was_killed = got != 1;
    _exit(clean(was_killed) ? 0 : 1);
}

Result<CleanerProcess> CleanerProcess::start(Descriptor lock, const Clean& clean)
{
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return failed("pipe");
    Descriptor reading{ends[0]};
    Descriptor writing{ends[1]};
    const auto process = fork();
    if (process < 0)
        return failed("fork");
    if (process == 0) {
        writing.close();
        clean_at_end_of(reading.number(), lock.number(), clean);
    }
    return CleanerProcess{process, std::move(writing), std::move(lock)};
}

Result<bool> CleanerProcess::finish()
{
    const bool said = write(lifeline_.number(), "e", 1) == 1;
    lifeline_.close();
    int status = 0;
    while (waitpid(process_, &status, 0) < 0)
        if (errno != EINTR)
            return failed("await the cleaner");
    return said && status == 0;
}

}
