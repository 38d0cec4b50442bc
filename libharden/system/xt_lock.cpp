#include "system/xt_lock.h"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>

namespace harden {

static constexpr auto default_lock_file = "/run/xtables.lock";
static constexpr std::chrono::seconds longest_wait{30};
static constexpr std::chrono::milliseconds between_tries{5};

Result<Descriptor> lock_xtables()
{
    const char* named = std::getenv("XTABLES_LOCKFILE");
    const char* file = named != nullptr ? named : default_lock_file;
    Descriptor lock{open(file, O_CREAT | O_RDONLY | O_CLOEXEC, 0600)};
    if (!lock.is_open())
        return Error{errno == EACCES ? ErrorKind::Denied : ErrorKind::Failed,
                     cat("open ", file, ": ", std::strerror(errno)),
                     {}};
    const auto deadline = std::chrono::steady_clock::now() + longest_wait;
    while (flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return Error{ErrorKind::Failed, cat("lock ", file, ": ", std::strerror(errno)), {}};
        if (std::chrono::steady_clock::now() > deadline)
            return Error{ErrorKind::TimedOut,
                         cat(file, ": another program has held this lock for 30 s"),
                         {}};
        std::this_thread::sleep_for(between_tries);
    }
    return lock;
}

}
