#include "system/packet_responder.h"

#include "system/packet_endpoint.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <set>
#include <tuple>

namespace harden {

static Error failed(std::string_view action, const PacketQuestion& question)
{
    return {ErrorKind::Failed,
            cat(action, " ", question.address, " port ", std::to_string(question.port), ": ",
                std::strerror(errno)),
            {}};
}

static Result<Descriptor> unbound(const PacketQuestion& question, int family)
{
    const int on = 1;
    Descriptor socket{::socket(family, socket_type(question.protocol), 0)};
    if (!socket.is_open())
        return failed("make a socket for", question);
    // an address that is only routed here has no device that it belongs to
    if (family == AF_INET)
        setsockopt(socket.number(), IPPROTO_IP, IP_FREEBIND, &on, sizeof on);
    else
        setsockopt(socket.number(), IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof on);
    // of two datagram sockets at one port only one would hear
    if (question.protocol == Protocol::Tcp)
        setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    return socket;
}

// Closed where another program has the port.
static Result<Descriptor> bound(const PacketQuestion& question)
{
    const auto at = endpoint_of(question);
    if (!at)
        return Error{
            ErrorKind::Malformed, cat("\"", escaped(question.address), "\" is no address"), {}};
    auto socket = TRY(unbound(question, at->family));
    const bool listens = bind(socket.number(), at->raw(), at->size) == 0 &&
                         (question.protocol == Protocol::Udp || listen(socket.number(), 16) == 0);
    if (!listens && errno == EADDRINUSE)
        return Descriptor{};
    if (!listens)
        return failed("listen on", question);
    return socket;
}

static auto place_of(const PacketQuestion& question)
{
    return std::tuple{question.protocol, question.address, question.port};
}

Result<std::unique_ptr<PacketResponder>>
PacketResponder::start(const std::vector<PacketQuestion>& questions)
{
    std::unique_ptr<PacketResponder> responder{new PacketResponder};
    std::set<std::tuple<Protocol, std::string, std::uint16_t>> served;
    for (const auto& question : questions) {
        if (!served.insert(place_of(question)).second)
            continue;
        auto socket = TRY(bound(question));
        if (!socket.is_open())
            responder->taken_.push_back(question);
        else if (question.protocol == Protocol::Tcp)
            responder->listeners_.push_back(std::move(socket));
        else
            responder->datagrams_.push_back(std::move(socket));
    }
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return Error{ErrorKind::Failed, cat("pipe: ", std::strerror(errno)), {}};
    responder->stopped_ = Descriptor{ends[0]};
    responder->stop_ = Descriptor{ends[1]};
    responder->thread_ = std::thread{[raw = responder.get()] { raw->echo(); }};
    return responder;
}

PacketResponder::~PacketResponder()
{
    stop_.close();
    if (thread_.joinable())
        thread_.join();
}

bool PacketResponder::cannot_answer(const PacketQuestion& question) const
{
    return question.protocol == Protocol::Udp &&
           std::ranges::any_of(taken_, [&](const PacketQuestion& taken) {
               return place_of(taken) == place_of(question);
           });
}

static void echo_one(int socket)
{
    std::array<char, 64> data{};
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    auto* from = reinterpret_cast<sockaddr*>(&peer);
    const auto length = recvfrom(socket, data.data(), data.size(), 0, from, &size);
    if (length >= 0)
        sendto(socket, data.data(), static_cast<std::size_t>(length), 0, from, size);
}

void PacketResponder::echo() const
{
    std::vector<pollfd> watched{{stopped_.number(), POLLIN, 0}};
    for (const auto& socket : datagrams_)
        watched.push_back({socket.number(), POLLIN, 0});
    for (;;) {
        if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR)
            return;
        if (watched.front().revents != 0)
            return;
        for (const auto& one : watched)
            if (one.revents != 0)
                echo_one(one.fd);
    }
}

}
