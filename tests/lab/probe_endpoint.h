#pragma once

#include <arpa/inet.h>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace probe {

struct Endpoint {
    sockaddr_storage address{};
    socklen_t size = 0;
    int kind = SOCK_STREAM;
};

inline std::optional<int> number(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 1)
        return std::nullopt;
    return value;
}

inline std::optional<Endpoint> endpoint(std::string_view protocol, const std::string& address,
                                        std::string_view port_text)
{
    const auto port = number(port_text);
    if (!port || *port > 65535)
        return std::nullopt;
    Endpoint at{.kind = protocol == "udp" ? SOCK_DGRAM : SOCK_STREAM};
    const auto network_port = htons(static_cast<std::uint16_t>(*port));
    sockaddr_in four{.sin_family = AF_INET, .sin_port = network_port};
    sockaddr_in6 six{.sin6_family = AF_INET6, .sin6_port = network_port};
    if (inet_pton(AF_INET, address.c_str(), &four.sin_addr) == 1) {
        std::memcpy(&at.address, &four, at.size = sizeof four);
        return at;
    }
    if (inet_pton(AF_INET6, address.c_str(), &six.sin6_addr) != 1)
        return std::nullopt;
    std::memcpy(&at.address, &six, at.size = sizeof six);
    return at;
}

// "tcp:0.0.0.0:443" or "udp:[::]:53"
inline std::optional<Endpoint> endpoint(std::string_view spec)
{
    const auto protocol_end = spec.find(':');
    const auto port_start = spec.rfind(':');
    if (protocol_end == port_start)
        return std::nullopt;
    auto address = spec.substr(protocol_end + 1, port_start - protocol_end - 1);
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    return endpoint(spec.substr(0, protocol_end), std::string(address),
                    spec.substr(port_start + 1));
}

inline const sockaddr* raw(const Endpoint& at)
{
    return reinterpret_cast<const sockaddr*>(&at.address);
}

inline int open_socket(const Endpoint& at)
{
    return socket(at.address.ss_family, at.kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

} // namespace probe
