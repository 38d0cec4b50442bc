#pragma once

#include "egress/dns_message.h"
#include "system/descriptor.h"

#include <chrono>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>

namespace harden {

struct SocketAddress {
    sockaddr_storage bytes{};
    socklen_t size = 0;
};
SocketAddress socket_address(const Network& address, std::uint16_t port);
Network network_of(const SocketAddress& address);

enum class Transport { Datagram, Stream };
Result<Descriptor> dns_listener(Transport transport, const Network& at, std::uint16_t port);

// A question as it came in, and whom it was sent to: the answer must come from there.
struct DnsDatagram {
    DnsMessage message;
    SocketAddress from;
    std::optional<in_pktinfo> to4;
    std::optional<in6_pktinfo> to6;
};
// Nothing where there is none, or one that is larger than any question.
std::optional<DnsDatagram> received(int socket);
void send_reply(int socket, const DnsDatagram& question, DnsBytes reply);

using Deadline = std::chrono::steady_clock::time_point;
bool wait_until(int socket, short events, Deadline deadline);
// A message with its length before it, RFC 1035, 4.2.2; at most `most` bytes.
Result<DnsMessage> read_framed(int socket, std::size_t most, Deadline deadline);
Result<> write_framed(int socket, DnsBytes message, Deadline deadline);

}
