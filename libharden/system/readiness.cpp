#include "system/readiness.h"

#include "system/descriptor.h"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>

namespace harden {

void tell_ready()
{
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing of ours writes the environment.
    const auto* name = std::getenv("NOTIFY_SOCKET");
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    if (name == nullptr || std::strlen(name) >= sizeof address.sun_path)
        return;
    const std::string_view path{name};
    path.copy(address.sun_path, path.size());
    if (path.starts_with('@')) // an abstract one
        address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    const Descriptor socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    constexpr std::string_view ready = "READY=1";
    sendto(socket.number(), ready.data(), ready.size(), MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&address), size);
}

}
