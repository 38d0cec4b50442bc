#include "system/network_namespace.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace harden {

static Error failed(std::string_view action)
{
    const auto kind = errno == EPERM ? ErrorKind::Denied : ErrorKind::Failed;
    return {kind, cat(action, ": ", std::strerror(errno)), {}};
}

Result<NetworkNamespace> NetworkNamespace::create()
{
    Result<NetworkNamespace> made = Error{};
    std::thread{[&] {
        if (unshare(CLONE_NEWNET) != 0) {
            made = failed("create a network namespace");
            return;
        }
        const int descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
        if (descriptor < 0)
            made = failed("open the network namespace");
        else
            made = Result<NetworkNamespace>{NetworkNamespace{descriptor}};
    }}.join();
    return made;
}

NetworkNamespace::NetworkNamespace(NetworkNamespace&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)}
{
}

NetworkNamespace::~NetworkNamespace()
{
    if (descriptor_ >= 0)
        close(descriptor_);
}

Result<> NetworkNamespace::inside(const std::function<Result<>()>& work) const
{
    Result<> outcome = done;
    std::thread{[&] {
        if (setns(descriptor_, CLONE_NEWNET) != 0)
            outcome = failed("enter the network namespace");
        else
            outcome = work();
    }}.join();
    return outcome;
}

}
