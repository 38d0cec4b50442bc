#include "system/nft_scratch.h"

#include <cerrno>
#include <cstring>
#include <sched.h>
#include <thread>

namespace harden {

Result<std::string> in_scratch_network(const std::function<Result<std::string>()>& work)
{
    Result<std::string> outcome{std::string{}};
    // a thread, since a process cannot go back to a namespace that it has left
    std::thread{[&] {
        if (unshare(CLONE_NEWNET) != 0)
            outcome = Error{errno == EPERM ? ErrorKind::Denied : ErrorKind::Failed,
                            cat("make a scratch network namespace: ", std::strerror(errno)),
                            "run as root"};
        else
            outcome = work();
    }}.join();
    return outcome;
}

}
