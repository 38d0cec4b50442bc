#pragma once

#include "probe_endpoint.h"

#include <unistd.h>

namespace probe {

// So many datagrams of so many bytes, some 20,000 a second, whether or not anybody wants them.
inline int send_datagrams(const Endpoint& to, int packets, int size)
{
    constexpr int together = 20;
    constexpr useconds_t pause = 1000;
    const int socket = ::socket(to.address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const std::string payload(static_cast<std::size_t>(size), 'x');
    const auto* address = static_cast<const sockaddr*>(static_cast<const void*>(&to.address));
    for (int sent = 0; sent < packets; ++sent) {
        if (sendto(socket, payload.data(), payload.size(), 0, address, to.size) < 0)
            return 1;
        if (sent % together == together - 1)
            usleep(pause);
    }
    close(socket);
    return 0;
}

} // namespace probe
