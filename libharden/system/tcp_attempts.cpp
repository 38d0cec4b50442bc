#include "system/tcp_attempts.h"

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace harden {

namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds patience{1'000}; // for an answer
// The kernel may take a second to bring up a bridge that had no port before.
constexpr milliseconds control_patience{2'000};
constexpr milliseconds control_try{100};

struct Endpoint {
    sockaddr_storage address{};
    socklen_t size = 0;
};

Endpoint endpoint(int family, const void* address, std::uint16_t port)
{
    Endpoint made;
    if (family == AF_INET) {
        sockaddr_in four{.sin_family = AF_INET, .sin_port = htons(port)};
        std::memcpy(&four.sin_addr, address, sizeof four.sin_addr);
        std::memcpy(&made.address, &four, sizeof four);
        made.size = sizeof four;
    } else {
        sockaddr_in6 six{.sin6_family = AF_INET6, .sin6_port = htons(port)};
        std::memcpy(&six.sin6_addr, address, sizeof six.sin6_addr);
        std::memcpy(&made.address, &six, sizeof six);
        made.size = sizeof six;
    }
    return made;
}

const sockaddr* raw(const Endpoint& at)
{
    return reinterpret_cast<const sockaddr*>(&at.address);
}

Result<Descriptor> listener(int family, std::uint16_t port)
{
    const in6_addr any{};
    const auto at = endpoint(family, &any, port);
    Descriptor socket{::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const int on = 1;
    if (family == AF_INET6)
        setsockopt(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(socket.number(), raw(at), at.size) != 0 || listen(socket.number(), 16) != 0)
        return Error{ErrorKind::Failed,
                     cat("listen on port ", std::to_string(port), ": ", std::strerror(errno)),
                     {}};
    return socket;
}

struct Attempt {
    PacketAnswer answer;
    Descriptor socket;
    bool is_pending() const { return socket.is_open(); }
};

void settle(Attempt& attempt, int error)
{
    attempt.socket.close();
    if (error == 0)
        attempt.answer.fate = PacketFate::Open;
    else if (error == ETIMEDOUT)
        attempt.answer.fate = PacketFate::Silent;
    else
        attempt.answer.fate = PacketFate::Refused;
    attempt.answer.detail = error == 0 ? "connected" : std::strerror(error);
}

Attempt started(const PacketQuestion& question)
{
    Attempt attempt{.answer = {.question = question}, .socket = Descriptor{}};
    in6_addr address{};
    const int family = question.address.find(':') == std::string::npos ? AF_INET : AF_INET6;
    if (inet_pton(family, question.address.c_str(), &address) != 1) {
        attempt.answer.detail = "not an address";
        return attempt;
    }
    const auto to = endpoint(family, &address, question.port);
    attempt.socket = Descriptor{::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (connect(attempt.socket.number(), raw(to), to.size) == 0)
        settle(attempt, 0);
    else if (errno != EINPROGRESS) {
        attempt.answer.detail = std::strerror(errno);
        attempt.socket.close(); // nothing was sent: NoPath
    }
    return attempt;
}

int socket_error(const Descriptor& socket)
{
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

// What has not answered at the deadline is silent.
void await(std::vector<Attempt>& attempts, milliseconds limit)
{
    const auto deadline = SteadyClock::now() + limit;
    for (;;) {
        std::vector<pollfd> waiting;
        std::vector<Attempt*> pending;
        for (auto& attempt : attempts)
            if (attempt.is_pending()) {
                waiting.push_back({attempt.socket.number(), POLLOUT, 0});
                pending.push_back(&attempt);
            }
        const auto left = std::chrono::ceil<milliseconds>(deadline - SteadyClock::now()).count();
        if (waiting.empty() || left <= 0)
            break;
        poll(waiting.data(), waiting.size(), static_cast<int>(left));
        for (std::size_t i = 0; i < waiting.size(); ++i)
            if (waiting[i].revents != 0)
                settle(*pending[i], socket_error(pending[i]->socket));
    }
    for (auto& attempt : attempts)
        if (attempt.is_pending())
            settle(attempt, ETIMEDOUT);
}

// A bridge port needs a moment until it forwards, so the first packets may be lost.
PacketAnswer control_answer(const PacketQuestion& question)
{
    const auto deadline = SteadyClock::now() + control_patience;
    for (;;) {
        std::vector<Attempt> attempts;
        attempts.push_back(started(question));
        await(attempts, control_try);
        auto& answer = attempts.front().answer;
        if (answer.fate == PacketFate::Open || SteadyClock::now() >= deadline)
            return answer;
        if (answer.fate != PacketFate::Silent)
            poll(nullptr, 0, 20);
    }
}

}

Result<std::vector<Descriptor>> listen_on(const std::vector<std::uint16_t>& ports)
{
    std::vector<Descriptor> sockets;
    for (const auto port : ports)
        for (const int family : {AF_INET, AF_INET6})
            sockets.push_back(TRY(listener(family, port)));
    return sockets;
}

std::vector<PacketAnswer> tried(const std::vector<PacketQuestion>& questions)
{
    std::vector<PacketAnswer> answers;
    std::vector<Attempt> attempts;
    for (const auto& question : questions)
        if (question.expected == PacketQuestion::Expected::Open)
            answers.push_back(control_answer(question));
    for (const auto& question : questions)
        if (question.expected == PacketQuestion::Expected::Closed)
            attempts.push_back(started(question));
    await(attempts, patience);
    for (auto& attempt : attempts)
        answers.push_back(std::move(attempt.answer));
    return answers;
}

}
