// One end of a test flow: asks whether a port answers, answers on ports, or uses up a processor.
// It stands alone and links statically, so that it runs in an empty container.
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <span>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds patience{1500};
constexpr milliseconds resend_after{500};
constexpr seconds serve_by_default{600};
constexpr std::size_t most_connections = 512;
constexpr std::string_view greeting = "probe\n";

struct Endpoint {
    sockaddr_storage address{};
    socklen_t size = 0;
    int kind = SOCK_STREAM;
};

struct Watched {
    int socket;
    enum class Role { listener, connection, datagrams } role;
};

std::optional<Endpoint> endpoint(std::string_view protocol, const std::string& address,
                                 const std::string& port)
{
    addrinfo wanted{};
    wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    wanted.ai_socktype = protocol == "udp" ? SOCK_DGRAM : SOCK_STREAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(address.c_str(), port.c_str(), &wanted, &found) != 0)
        return std::nullopt;
    Endpoint result{.size = found->ai_addrlen, .kind = wanted.ai_socktype};
    std::memcpy(&result.address, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return result;
}

// "tcp:0.0.0.0:443" or "udp:[::]:53"
std::optional<Endpoint> endpoint(std::string_view spec)
{
    const auto protocol_end = spec.find(':');
    const auto port_start = spec.rfind(':');
    if (protocol_end == port_start)
        return std::nullopt;
    auto address = spec.substr(protocol_end + 1, port_start - protocol_end - 1);
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    return endpoint(spec.substr(0, protocol_end), std::string(address),
                    std::string(spec.substr(port_start + 1)));
}

const sockaddr* raw(const Endpoint& at)
{
    return reinterpret_cast<const sockaddr*>(&at.address);
}

int open_socket(const Endpoint& at)
{
    return socket(at.address.ss_family, at.kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

bool wait_for(int socket, short events, milliseconds limit)
{
    pollfd one{.fd = socket, .events = events, .revents = 0};
    return poll(&one, 1, static_cast<int>(limit.count())) == 1;
}

bool is_no_route(int error)
{
    return error == ENETUNREACH || error == EHOSTUNREACH || error == EADDRNOTAVAIL;
}

std::string_view name_of(int error)
{
    if (error == 0)
        return "open";
    if (error == ETIMEDOUT)
        return "timeout";
    return is_no_route(error) ? "unreachable" : "refused";
}

int pending_error(int socket)
{
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

int connect_within(int socket, const Endpoint& to, milliseconds limit)
{
    if (connect(socket, raw(to), to.size) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    return wait_for(socket, POLLOUT, limit) ? pending_error(socket) : ETIMEDOUT;
}

std::string_view ask_tcp(const Endpoint& to)
{
    return name_of(connect_within(open_socket(to), to, patience));
}

// An error that comes back after the datagram left is an ICMP answer, whatever its code: a refusal.
std::string_view ask_udp(const Endpoint& to)
{
    const int socket = open_socket(to);
    if (connect(socket, raw(to), to.size) != 0)
        return name_of(errno);
    for (milliseconds waited{0}; waited < patience; waited += resend_after) {
        if (send(socket, greeting.data(), greeting.size(), 0) < 0)
            return waited.count() == 0 ? name_of(errno) : "refused";
        if (!wait_for(socket, POLLIN, resend_after))
            continue;
        char answer[64];
        return recv(socket, answer, sizeof answer, 0) >= 0 ? "open" : "refused";
    }
    return "timeout";
}

// Keeps one connection busy and tells whether it lived for the whole time or was cut.
std::string_view hold(const Endpoint& to, seconds duration)
{
    const int socket = open_socket(to);
    if (const int error = connect_within(socket, to, patience); error != 0)
        return name_of(error);
    std::puts("open");
    std::fflush(stdout);
    const auto end = Clock::now() + duration;
    while (Clock::now() < end) {
        char answer[64];
        if (send(socket, "x", 1, MSG_NOSIGNAL) < 0 && errno != EAGAIN)
            return "cut";
        if (wait_for(socket, POLLIN, milliseconds{100}) &&
            recv(socket, answer, sizeof answer, 0) <= 0)
            return "cut";
        usleep(100'000);
    }
    return "alive";
}

std::optional<Watched> listen_at(const Endpoint& at)
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

void echo_datagram(int socket)
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
bool echo_stream(int socket)
{
    char data[2048];
    const auto length = recv(socket, data, sizeof data, 0);
    if (length <= 0)
        return length < 0 && errno == EAGAIN;
    return send(socket, data, static_cast<std::size_t>(length), MSG_NOSIGNAL) >= 0;
}

void greet(int listener, std::vector<Watched>& watched)
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

void answer(const Watched& ready, std::vector<Watched>& watched)
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

void serve(std::vector<Watched> watched, seconds duration)
{
    const auto end = Clock::now() + duration;
    while (Clock::now() < end) {
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

std::optional<seconds> parse_seconds(std::string_view text)
{
    int count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || end != text.data() + text.size() || count < 1)
        return std::nullopt;
    return seconds{count};
}

void spin(seconds duration)
{
    const auto end = Clock::now() + duration;
    volatile unsigned turns = 0;
    while (Clock::now() < end)
        turns = turns + 1;
}

int usage()
{
    std::fputs("usage: probe tcp|udp ADDRESS PORT\n"
               "       probe hold ADDRESS PORT SECONDS\n"
               "       probe serve [--for SECONDS] tcp|udp:ADDRESS:PORT…\n"
               "       probe spin SECONDS\n",
               stderr);
    return 2;
}

int say(std::string_view word)
{
    std::printf("%.*s\n", static_cast<int>(word.size()), word.data());
    return 0;
}

int run_serve(std::span<const std::string> specs)
{
    auto duration = serve_by_default;
    std::vector<Watched> watched;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        if (specs[i] == "--for" && i + 1 < specs.size()) {
            const auto given = parse_seconds(specs[++i]);
            if (!given)
                return usage();
            duration = *given;
            continue;
        }
        const auto at = endpoint(specs[i]);
        const auto listener = at ? listen_at(*at) : std::nullopt;
        if (!listener) {
            std::fprintf(stderr, "probe: error: serve %s: %s\n", specs[i].c_str(),
                         std::strerror(errno));
            return 1;
        }
        watched.push_back(*listener);
    }
    say("serving");
    std::fflush(stdout);
    serve(std::move(watched), duration);
    return 0;
}

int run(std::span<const std::string> words)
{
    const auto verb = words.empty() ? std::string() : words[0];
    if (verb == "serve" && words.size() > 1)
        return run_serve(words.subspan(1));
    if (verb == "spin" && words.size() == 2) {
        const auto duration = parse_seconds(words[1]);
        return duration ? (spin(*duration), 0) : usage();
    }
    const bool asks = (verb == "tcp" || verb == "udp") && words.size() == 3;
    const bool holds = verb == "hold" && words.size() == 4;
    const auto to = asks || holds ? endpoint(verb, words[1], words[2]) : std::nullopt;
    if (!to)
        return usage();
    if (asks)
        return say(verb == "tcp" ? ask_tcp(*to) : ask_udp(*to));
    const auto duration = parse_seconds(words[3]);
    return duration ? say(hold(*to, *duration)) : usage();
}

} // namespace

int main(int count, char** words)
{
    return run(std::vector<std::string>(words + 1, words + count));
}
