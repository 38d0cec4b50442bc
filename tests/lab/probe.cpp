// One end of a test flow: asks whether a port answers, answers on ports, or uses up a processor.
// It stands alone and links statically, so that it runs in an empty container.
#include "probe_send.h"
#include "probe_serve.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <poll.h>
#include <span>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

using namespace probe;

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds patience{1500};
constexpr milliseconds resend_after{500};
constexpr seconds serve_by_default{600};

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

// A socket that sends from the port, or from any.
int socket_from(const Endpoint& to, std::string_view port)
{
    const int socket = open_socket(to);
    const auto any = to.address.ss_family == AF_INET ? "0.0.0.0" : "::";
    const auto from = endpoint(to.kind == SOCK_DGRAM ? "udp" : "tcp", any, port);
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (from && bind(socket, raw(*from), from->size) != 0) {
        std::perror("probe: error: send from that port");
        std::exit(1);
    }
    return socket;
}

std::string_view ask_tcp(const Endpoint& to, std::string_view from_port)
{
    return name_of(connect_within(socket_from(to, from_port), to, patience));
}

// An error that comes back after the datagram left is an ICMP answer, whatever its code: a refusal.
std::string_view ask_udp(const Endpoint& to, std::string_view from_port)
{
    const int socket = socket_from(to, from_port);
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

void spin(seconds duration)
{
    const auto end = Clock::now() + duration;
    volatile unsigned turns = 0;
    while (Clock::now() < end)
        turns = turns + 1;
}

int usage()
{
    std::fputs("usage: probe tcp|udp ADDRESS PORT [FROM-PORT]\n"
               "       probe hold ADDRESS PORT SECONDS\n"
               "       probe send ADDRESS PORT PACKETS BYTES\n"
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
            const auto given = number(specs[++i]);
            if (!given)
                return usage();
            duration = seconds{*given};
            continue;
        }
        const auto at = endpoint(specs[i]);
        if (!at)
            return usage();
        const auto listener = listen_at(*at);
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

int run_send(std::span<const std::string> words)
{
    const auto to = endpoint("udp", words[0], words[1]);
    const auto packets = number(words[2]);
    const auto size = number(words[3]);
    return to && packets && size ? send_datagrams(*to, *packets, *size) : usage();
}

int run(std::span<const std::string> words)
{
    const auto verb = words.empty() ? std::string() : words[0];
    if (verb == "serve" && words.size() > 1)
        return run_serve(words.subspan(1));
    if (verb == "send" && words.size() == 5)
        return run_send(words.subspan(1));
    if (verb == "spin" && words.size() == 2) {
        const auto duration = number(words[1]);
        return duration ? (spin(seconds{*duration}), 0) : usage();
    }
    const bool asks = (verb == "tcp" || verb == "udp") && (words.size() == 3 || words.size() == 4);
    const bool holds = verb == "hold" && words.size() == 4;
    const auto to = asks || holds ? endpoint(verb, words[1], words[2]) : std::nullopt;
    if (!to)
        return usage();
    const std::string_view from_port = asks && words.size() == 4 ? words[3] : "";
    if (asks)
        return say(verb == "tcp" ? ask_tcp(*to, from_port) : ask_udp(*to, from_port));
    const auto duration = number(words[3]);
    return duration ? say(hold(*to, seconds{*duration})) : usage();
}

} // namespace

int main(int count, char** words)
{
    return run(std::vector<std::string>(words + 1, words + count));
}
