#include "system/detach.h"

#include "system/process.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
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

Result<> detach_and_wait(std::chrono::seconds delay)
{
    const auto child = fork();
    if (child < 0)
        return errno_error("fork", errno);
    if (child > 0)
        _exit(0);
    TRY(let_go_of_terminal());
    std::this_thread::sleep_for(delay);
    return done;
}

}
