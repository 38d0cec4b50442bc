#pragma once

#include "probe_endpoint.h"

#include <cerrno>
#include <chrono>
#include <poll.h>
#include <unistd.h>
#include <vector>

namespace probe {

constexpr std::string_view greeting = "probe\n";
constexpr std::size_t most_connections = 512;

struct Watched {
    int socket;
    enum class Role { listener, connection, datagrams } role;
};

inline std::optional<Watched> listen_at(const Endpoint& at)
{
    const int socket = open_socket(at);
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (at.address.ss_family == AF_INET6)
        setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    if (bind(socket, raw(at), at.size) != 0)
        return std::nullopt;
    if (at.kind == SOCK_DGRAM)
        return Watched{socket, Watched::Role::datagrams};
    if (listen(socket, 128) != 0)
        return std::nullopt;
    return Watched{socket, Watched::Role::listener};
}

inline void echo_datagram(int socket)
{
    char data[2048];
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    auto* from = reinterpret_cast<sockaddr*>(&peer);
    const auto length = recvfrom(socket, data, sizeof data, 0, from, &size);
    if (length >= 0)
        sendto(socket, data, static_cast<std::size_t>(length), 0, from, size);
}

// False when the peer is gone.
inline bool echo_stream(int socket)
{
    char data[2048];
    const auto length = recv(socket, data, sizeof data, 0);
    if (length <= 0)
        return length < 0 && errno == EAGAIN;
    return send(socket, data, static_cast<std::size_t>(length), MSG_NOSIGNAL) >= 0;
}

inline void greet(int listener, std::vector<Watched>& watched)
{
    const int peer = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (peer < 0)
        return;
    send(peer, greeting.data(), greeting.size(), MSG_NOSIGNAL);
    if (watched.size() < most_connections)
        watched.push_back({peer, Watched::Role::connection});
    else
        close(peer);
}

inline void answer(const Watched& ready, std::vector<Watched>& watched)
{
    if (ready.role == Watched::Role::listener)
        return greet(ready.socket, watched);
    if (ready.role == Watched::Role::datagrams)
        return echo_datagram(ready.socket);
    if (echo_stream(ready.socket))
        return;
    close(ready.socket);
    std::erase_if(watched, [&](const Watched& one) { return one.socket == ready.socket; });
}

inline void serve(std::vector<Watched> watched, std::chrono::seconds duration)
{
    const auto end = std::chrono::steady_clock::now() + duration;
    while (std::chrono::steady_clock::now() < end) {
        std::vector<pollfd> polled;
        for (const auto& one : watched)
            polled.push_back({.fd = one.socket, .events = POLLIN, .revents = 0});
        if (poll(polled.data(), polled.size(), 200) <= 0)
            continue;
        const auto before = watched;
        for (std::size_t i = 0; i < before.size(); ++i)
            if (polled[i].revents != 0)
                answer(before[i], watched);
    }
}

} // namespace probe
