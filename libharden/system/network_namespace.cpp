#include "system/network_namespace.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sched.h>
#include <thread>

namespace harden {

static Error failed(std::string_view action)
{
    const auto kind = errno == EPERM || errno == EACCES ? ErrorKind::Denied : ErrorKind::Failed;
    return {kind, cat(action, ": ", std::strerror(errno)), {}};
}

Result<NetworkNamespace> NetworkNamespace::create()
{
    Descriptor made;
    std::optional<Error> problem;
    std::thread{[&] {
        if (unshare(CLONE_NEWNET) != 0)
            problem = failed("create a network namespace");
        else if (made = Descriptor{open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)};
                 !made.is_open())
            problem = failed("open the network namespace");
    }}.join();
    if (problem)
        return *problem;
    return NetworkNamespace{std::move(made)};
}

Result<NetworkNamespace> NetworkNamespace::of_process(int process)
{
    const auto file = cat("/proc/", std::to_string(process), "/ns/net");
    Descriptor opened{open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!opened.is_open())
        return failed(file);
    return NetworkNamespace{std::move(opened)};
}

Result<> NetworkNamespace::inside(const std::function<Result<>()>& work) const
{
    Result<> outcome = done;
    std::thread{[&] {
        if (setns(descriptor_.number(), CLONE_NEWNET) != 0)
            outcome = failed("enter the network namespace");
        else
            outcome = work();
    }}.join();
    return outcome;
}

}
