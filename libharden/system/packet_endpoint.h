#pragma once

#include "node/packet_probe.h"

#include <arpa/inet.h>
#include <cstring>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>

namespace harden {

// An address and a port as the kernel takes them.
struct PacketEndpoint {
    sockaddr_storage address{};
    socklen_t size = 0;
    int family = AF_INET;

    const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&address); }
};

// None where the question's address is none.
inline std::optional<PacketEndpoint> endpoint_of(const PacketQuestion& question)
{
    PacketEndpoint made;
    sockaddr_in four{.sin_family = AF_INET, .sin_port = htons(question.port)};
    sockaddr_in6 six{.sin6_family = AF_INET6, .sin6_port = htons(question.port)};
    if (inet_pton(AF_INET, question.address.c_str(), &four.sin_addr) == 1) {
        std::memcpy(&made.address, &four, made.size = sizeof four);
        return made;
    }
    made.family = AF_INET6;
    if (inet_pton(AF_INET6, question.address.c_str(), &six.sin6_addr) != 1)
        return std::nullopt;
    std::memcpy(&made.address, &six, made.size = sizeof six);
    return made;
}

inline int socket_type(Protocol protocol)
{
    return (protocol == Protocol::Tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
}

}
