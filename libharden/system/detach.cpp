#include "system/detach.h"

#include "system/descriptor.h"
#include "system/process.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

namespace harden {

static Result<> let_go_of_terminal()
{
    if (setsid() < 0)
        return errno_error("setsid", errno);
    std::signal(SIGHUP, SIG_IGN);
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0 || chdir("/") != 0)
        return errno_error("/dev/null", errno);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (dup2(nothing, stream) < 0)
            return errno_error("dup2", errno);
    return done;
}

static Result<> detach()
{
    const auto child = fork();
    if (child < 0)
        return errno_error("fork", errno);
    if (child > 0)
        _exit(0);
    return let_go_of_terminal();
}

Result<> detach_and_wait(std::chrono::seconds delay)
{
    TRY(detach());
    std::this_thread::sleep_for(delay);
    return done;
}

Result<> detach_until_gone(int number)
{
    // opened while the caller still waits for us: the number cannot have got another owner
    const Descriptor process{static_cast<int>(syscall(SYS_pidfd_open, number, 0))};
    if (!process.is_open() && errno != ESRCH)
        return errno_error(cat("process ", std::to_string(number)), errno);
    TRY(detach());
    pollfd end{process.number(), POLLIN, 0};
    while (process.is_open() && poll(&end, 1, -1) < 0 && errno == EINTR)
        continue;
    return done;
}

}
