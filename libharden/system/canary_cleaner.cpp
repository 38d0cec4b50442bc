#include "system/canary_cleaner.h"

#include "system/canary_engine.h"

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

// A name that ends with whoever holds it: the round, and its cleaner.
static Result<Descriptor> locked()
{
    constexpr std::string_view name{"\0harden-canaries", 16};
    constexpr int tries = 100;
    constexpr int pause_ms = 50;
    sockaddr_un address{.sun_family = AF_UNIX};
    std::memcpy(address.sun_path, name.data(), name.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    Descriptor lock{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    for (int i = 0; i < tries; ++i) {
        if (bind(lock.number(), reinterpret_cast<const sockaddr*>(&address), size) == 0)
            return lock;
        if (errno != EADDRINUSE)
            return failed("lock the canaries");
        poll(nullptr, 0, pause_ms);
    }
    return Error{ErrorKind::TimedOut, "another verification keeps its canaries running", {}};
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

// Once where the round has ended by itself. Where it was killed the daemon may still be at work on
// its last request, so it is looked for until nothing new has come for a while.
static bool is_clean(bool was_killed)
{
    constexpr int quiet_looks = 4;
    constexpr int most_looks = 60;
    constexpr int pause_ms = 300;
    int quiet = was_killed ? 0 : quiet_looks - 1;
    for (int look = 0; look < most_looks; ++look) {
        const auto engine = CanaryEngine::connect();
        const auto found = engine ? engine->remove_all() : Result<int>{engine.error()};
        if (found && (!was_killed || *found == 0))
            ++quiet;
        else
            quiet = std::min(quiet, quiet_looks - 1);
        if (quiet >= quiet_looks)
            return true;
        poll(nullptr, 0, pause_ms);
    }
    return false;
}

// Ends with the process: status 0 where all is gone.
[[noreturn]] static void clean_at_end_of(int lifeline, int lock)
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
    _exit(is_clean(got != 1) ? 0 : 1);
}

Result<CanaryCleaner> CanaryCleaner::start()
{
    auto lock = TRY(locked());
    const auto engine = TRY(CanaryEngine::connect());
    TRY(engine.remove_all().during("remove earlier canaries"));
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
        clean_at_end_of(reading.number(), lock.number());
    }
    return CanaryCleaner{process, std::move(writing), std::move(lock)};
}

Result<> CanaryCleaner::finish()
{
    const bool said = write(lifeline_.number(), "e", 1) == 1;
    lifeline_.close();
    int status = 0;
    while (waitpid(process_, &status, 0) < 0)
        if (errno != EINTR)
            return failed("await the canaries' cleaner");
    if (!said || status != 0)
        return Error{ErrorKind::Failed, "the canaries could not be removed",
                     "docker rm --force $(docker ps -aq --filter label=harden.canary=verify)"};
    return done;
}

}
