#include "system/dns_upstream.h"

#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/random.h>

namespace harden {

using namespace std::chrono_literals;

static constexpr auto patience = 1500ms; // with one server
static constexpr std::uint16_t domain_port = 53;
static constexpr std::size_t largest_message = 65535;

static Result<Descriptor> connected(const AllowedTarget& server, Transport transport,
                                    Deadline deadline)
{
    const auto to =
        socket_address(server.network, server.ports ? server.ports->first : domain_port);
    Descriptor made{socket(to.bytes.ss_family,
                           (transport == Transport::Stream ? SOCK_STREAM : SOCK_DGRAM) |
                               SOCK_NONBLOCK | SOCK_CLOEXEC,
                           0)};
    const Error unreachable{ErrorKind::Failed, "no name server can be reached", {}};
    if (!made.is_open())
        return unreachable;
    if (connect(made.number(), reinterpret_cast<const sockaddr*>(&to.bytes), to.size) == 0)
        return made;
    int error = 0;
    socklen_t size = sizeof error;
    if (errno != EINPROGRESS || !wait_until(made.number(), POLLOUT, deadline) ||
        getsockopt(made.number(), SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0)
        return unreachable;
    return made;
}

static Result<std::uint16_t> random_id()
{
    std::uint16_t id = 0;
    if (getrandom(&id, sizeof id, 0) != sizeof id)
        return Error{ErrorKind::Failed, "no random numbers", {}};
    return id;
}

// Others may guess at the port: what is no answer to the question is passed over.
static Result<UpstreamAnswer> datagram_answer(int socket, std::uint16_t id,
                                              const DnsQuestion& question, Deadline deadline)
{
    while (wait_until(socket, POLLIN, deadline)) {
        DnsMessage message(largest_message);
        const auto size = recv(socket, message.data(), message.size(), 0);
        if (size < 0 && errno != EAGAIN && errno != EINTR)
            break;
        message.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
        if (auto parsed = parse_dns_answer(message, id, question))
            return UpstreamAnswer{std::move(message), std::move(*parsed)};
    }
    return Error{ErrorKind::TimedOut, "no name server answers", {}};
}

static Result<UpstreamAnswer> ask_one(const AllowedTarget& server, const DnsQuery& query,
                                      DnsBytes message, Transport transport)
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    const auto socket = TRY(connected(server, transport, deadline));
    const auto id = TRY(random_id());
    const auto question = with_dns_id(message, id);
    if (transport == Transport::Datagram) {
        if (send(socket.number(), question.data(), question.size(), MSG_NOSIGNAL) < 0)
            return Error{ErrorKind::Failed, "no name server can be reached", {}};
        return datagram_answer(socket.number(), id, query.question, deadline);
    }
    TRY(write_framed(socket.number(), question, deadline));
    UpstreamAnswer answer{.message = TRY(read_framed(socket.number(), largest_message, deadline))};
    answer.parsed = TRY(parse_dns_answer(answer.message, id, query.question));
    return answer;
}

Result<UpstreamAnswer> ask_upstream(const std::vector<AllowedTarget>& servers,
                                    const DnsQuery& query, DnsBytes message, Transport transport)
{
    for (const auto& server : servers)
        if (auto answer = ask_one(server, query, message, transport))
            return answer;
    return Error{ErrorKind::Failed, "no name server answers", "look at /etc/resolv.conf"};
}

}
