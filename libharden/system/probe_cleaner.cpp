#include "system/probe_cleaner.h"

#include "system/netlink.h"

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

// The address alone, without its prefix.
static std::string address4_of(const PacketSource& source)
{
    return source.address4.substr(0, source.address4.find('/'));
}

static Result<> clean(const PacketSource& source)
{
    auto netlink = TRY(Netlink::open());
    TRY(netlink.remove_link(probe::sender_link));
    TRY(netlink.remove_link(probe::responder_link));
    TRY(netlink.remove_rules(probe::table));
    TRY(netlink.remove_route(
        {.destination = cat(source.address6, "/128"), .device = source.bridge}));
    TRY(netlink.remove_neighbour(source.bridge, address4_of(source)));
    return netlink.remove_neighbour(source.bridge, source.address6);
}

// A name that belongs to this network namespace and ends with whoever holds it.
static Result<Descriptor> locked()
{
    constexpr std::string_view name{"\0harden-packet-probe", 20};
    sockaddr_un address{.sun_family = AF_UNIX};
    std::memcpy(address.sun_path, name.data(), name.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    Descriptor lock{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    for (int tries = 0; tries < 100; ++tries) {
        if (bind(lock.number(), reinterpret_cast<const sockaddr*>(&address), size) == 0)
            return lock;
        if (errno != EADDRINUSE)
            return failed("lock the packet probe");
        poll(nullptr, 0, 30);
    }
    return Error{ErrorKind::TimedOut, "another verification keeps sending packets", {}};
}

// What other threads had open for programs of theirs stays theirs: they wait for its end.
static void keep_only(int one, int other)
{
    const auto [low, high] =
        std::minmax({static_cast<unsigned>(one), static_cast<unsigned>(other)});
    const auto close_between = [](unsigned first, unsigned beyond) {
        if (first < beyond)
            close_range(first, beyond - 1, 0);
    };
    close_between(STDERR_FILENO + 1, low);
    close_between(low + 1, high);
    close_range(high + 1, ~0U, 0);
}

// Ends with the process: status 0 where all is gone.
[[noreturn]] static void clean_at_end_of(int lifeline, int lock, const PacketSource& source)
{
    keep_only(lifeline, lock);
    setsid();
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE})
        ::signal(signal, SIG_IGN);
    char byte = 0;
    while (read(lifeline, &byte, 1) < 0 && errno == EINTR) {
    }
    _exit(clean(source) ? 0 : 1);
}

Result<ProbeCleaner> ProbeCleaner::start(const PacketSource& source)
{
    auto lock = TRY(locked());
    TRY(clean(source));
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
        clean_at_end_of(reading.number(), lock.number(), source);
    }
    return ProbeCleaner{process, std::move(writing), std::move(lock)};
}

Result<> ProbeCleaner::finish()
{
    lifeline_.close();
    int status = 0;
    while (waitpid(process_, &status, 0) < 0)
        if (errno != EINTR)
            return failed("await the packet probe's cleaner");
    if (status != 0)
        return Error{ErrorKind::Failed, "the packet probe's traces could not be removed", {}};
    return done;
}

}
