#include "system/docker_events.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>

namespace harden {

// filters={"type":["container","network"],"event":["start","die","create","destroy"]}
static constexpr std::string_view request =
    "GET /events?filters=%7B%22type%22%3A%5B%22container%22%2C%22network%22%5D%2C%22event%22%3A%5B"
    "%22start%22%2C%22die%22%2C%22create%22%2C%22destroy%22%5D%7D HTTP/1.1\r\n"
    "Host: docker\r\n\r\n";

static Error failed(const Path& socket, int error)
{
    const bool is_absent = error == ENOENT || error == ECONNREFUSED;
    return {is_absent ? ErrorKind::NotFound : ErrorKind::Failed,
            cat("listen to docker at ", socket.native(), ": ", std::strerror(error)),
            {}};
}

Result<> DockerEvents::open(const Path& socket)
{
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    if (socket.native().size() >= sizeof address.sun_path)
        return failed(socket, ENAMETOOLONG);
    socket.native().copy(address.sun_path, sizeof address.sun_path - 1);
    Descriptor opened{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (connect(opened.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return failed(socket, errno);
    if (send(opened.number(), request.data(), request.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request.size()))
        return failed(socket, errno);
    socket_ = std::move(opened);
    return done;
}

bool DockerEvents::hear()
{
    std::array<char, 16 * 1024> said; // NOLINT(*-member-init): recv fills it
    bool has_said = false;
    while (is_open()) {
        const auto size = recv(socket_.number(), said.data(), said.size(), 0);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0 && errno == EAGAIN)
            break;
        has_said = true;
        if (size <= 0)
            socket_.close();
    }
    return has_said;
}

}
