#include "system/dns_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>

namespace harden {

static constexpr std::size_t largest_question = 4096; // bytes

static Error failed(std::string_view action)
{
    return {errno == EACCES || errno == EPERM ? ErrorKind::Denied : ErrorKind::Failed,
            cat(action, ": ", std::strerror(errno)),
            {}};
}

static sockaddr* raw(SocketAddress& address)
{
    return reinterpret_cast<sockaddr*>(&address.bytes);
}
static const sockaddr* raw(const SocketAddress& address)
{
    return reinterpret_cast<const sockaddr*>(&address.bytes);
}

SocketAddress socket_address(const Network& address, std::uint16_t port)
{
    SocketAddress result;
    if (address.is_v6) {
        sockaddr_in6 six{.sin6_family = AF_INET6, .sin6_port = htons(port)};
        std::memcpy(&six.sin6_addr, address.bytes.data(), sizeof six.sin6_addr);
        std::memcpy(&result.bytes, &six, result.size = sizeof six);
    } else {
        sockaddr_in four{.sin_family = AF_INET, .sin_port = htons(port)};
        std::memcpy(&four.sin_addr, address.bytes.data(), sizeof four.sin_addr);
        std::memcpy(&result.bytes, &four, result.size = sizeof four);
    }
    return result;
}

Network network_of(const SocketAddress& address)
{
    Network network{.is_v6 = address.bytes.ss_family == AF_INET6};
    network.prefix = network.full_prefix();
    if (network.is_v6) {
        sockaddr_in6 six{};
        std::memcpy(&six, &address.bytes, sizeof six);
        std::memcpy(network.bytes.data(), &six.sin6_addr, sizeof six.sin6_addr);
    } else {
        sockaddr_in four{};
        std::memcpy(&four, &address.bytes, sizeof four);
        std::memcpy(network.bytes.data(), &four.sin_addr, sizeof four.sin_addr);
    }
    return network;
}

Result<Descriptor> dns_listener(Transport transport, const Network& at, std::uint16_t port)
{
    const bool is_stream = transport == Transport::Stream;
    Descriptor made{socket(at.is_v6 ? AF_INET6 : AF_INET,
                           (is_stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC,
                           0)};
    if (!made.is_open())
        return failed("open a socket");
    const int yes = 1;
    setsockopt(made.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (at.is_v6) {
        setsockopt(made.number(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
        setsockopt(made.number(), IPPROTO_IPV6, IPV6_RECVPKTINFO, &yes, sizeof yes);
    } else
        setsockopt(made.number(), IPPROTO_IP, IP_PKTINFO, &yes, sizeof yes);
    const auto address = socket_address(at, port);
    if (bind(made.number(), raw(address), address.size) != 0 ||
        (is_stream && listen(made.number(), SOMAXCONN) != 0))
        return failed(cat("listen on port ", std::to_string(port)));
    return made;
}

static void take_destination(const cmsghdr* part, DnsDatagram& datagram)
{
    if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO)
        std::memcpy(&datagram.to4.emplace(), CMSG_DATA(part), sizeof(in_pktinfo));
    if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO)
        std::memcpy(&datagram.to6.emplace(), CMSG_DATA(part), sizeof(in6_pktinfo));
}

std::optional<DnsDatagram> received(int socket)
{
    DnsDatagram datagram;
    datagram.message.resize(largest_question);
    alignas(cmsghdr) std::array<char, 256> control{};
    iovec part{.iov_base = datagram.message.data(), .iov_len = datagram.message.size()};
    msghdr message{.msg_name = &datagram.from.bytes,
                   .msg_namelen = sizeof datagram.from.bytes,
                   .msg_iov = &part,
                   .msg_iovlen = 1,
                   .msg_control = control.data(),
                   .msg_controllen = control.size()};
    const auto size = recvmsg(socket, &message, MSG_DONTWAIT);
    if (size < 0 || (message.msg_flags & MSG_TRUNC) != 0)
        return std::nullopt;
    datagram.message.resize(static_cast<std::size_t>(size));
    datagram.from.size = message.msg_namelen;
    for (auto* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each))
        take_destination(each, datagram);
    return datagram;
}

template<class Information>
static void put_source(msghdr& message, int level, int type, const Information& information)
{
    auto* part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = level;
    part->cmsg_type = type;
    part->cmsg_len = CMSG_LEN(sizeof information);
    std::memcpy(CMSG_DATA(part), &information, sizeof information);
    message.msg_controllen = CMSG_SPACE(sizeof information);
}

void send_reply(int socket, const DnsDatagram& question, DnsBytes reply)
{
    auto to = question.from;
    DnsMessage bytes{reply.begin(), reply.end()};
    alignas(cmsghdr) std::array<char, 256> control{};
    iovec part{.iov_base = bytes.data(), .iov_len = bytes.size()};
    msghdr message{.msg_name = raw(to),
                   .msg_namelen = to.size,
                   .msg_iov = &part,
                   .msg_iovlen = 1,
                   .msg_control = control.data(),
                   .msg_controllen = control.size()};
    if (question.to4)
        put_source(message, IPPROTO_IP, IP_PKTINFO,
                   in_pktinfo{.ipi_spec_dst = question.to4->ipi_addr});
    else if (question.to6)
        put_source(message, IPPROTO_IPV6, IPV6_PKTINFO, *question.to6);
    else
        message.msg_control = nullptr, message.msg_controllen = 0;
    sendmsg(socket, &message, MSG_NOSIGNAL); // a lost answer is asked for again
}

bool wait_until(int socket, short events, Deadline deadline)
{
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd one{.fd = socket, .events = events, .revents = 0};
    return left.count() > 0 && poll(&one, 1, static_cast<int>(left.count())) == 1;
}

static Result<> read_exactly(int socket, std::span<std::uint8_t> into, Deadline deadline)
{
    while (!into.empty()) {
        if (!wait_until(socket, POLLIN, deadline))
            return Error{ErrorKind::TimedOut, "no more comes in", {}};
        const auto got = recv(socket, into.data(), into.size(), 0);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (got <= 0)
            return Error{ErrorKind::Failed, "the connection has ended", {}};
        into = into.subspan(static_cast<std::size_t>(got));
    }
    return done;
}

Result<DnsMessage> read_framed(int socket, std::size_t most, Deadline deadline)
{
    std::array<std::uint8_t, 2> length{};
    TRY(read_exactly(socket, length, deadline));
    const auto size = static_cast<std::size_t>(length[0] << 8U | length[1]);
    if (size > most)
        return Error{ErrorKind::Malformed, "a message that is too large", {}};
    DnsMessage message(size);
    TRY(read_exactly(socket, message, deadline));
    return message;
}

Result<> write_framed(int socket, DnsBytes message, Deadline deadline)
{
    if (message.size() > 0xffff)
        return Error{ErrorKind::Malformed, "a message that is too large", {}};
    DnsMessage framed{static_cast<std::uint8_t>(message.size() >> 8U),
                      static_cast<std::uint8_t>(message.size() & 0xffU)};
    framed.insert(framed.end(), message.begin(), message.end());
    std::span<const std::uint8_t> left{framed};
    while (!left.empty()) {
        if (!wait_until(socket, POLLOUT, deadline))
            return Error{ErrorKind::TimedOut, "nothing more is taken", {}};
        const auto sent = send(socket, left.data(), left.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return failed("send");
        if (sent > 0)
            left = left.subspan(static_cast<std::size_t>(sent));
    }
    return done;
}

}
