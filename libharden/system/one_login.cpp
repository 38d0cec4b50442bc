#include "system/one_login.h"

#include "system/descriptor.h"
#include "system/netlink.h"
#include "system/network_namespace.h"
#include "system/packet_endpoint.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <thread>

namespace harden {

using namespace std::chrono_literals;

namespace {

struct Line {
    Descriptor server;
    Descriptor client;
};

}

static Error problem(std::string_view what)
{
    return {ErrorKind::Failed, cat(what, ": ", std::strerror(errno)), {}};
}

static std::optional<PacketEndpoint> end_of(const std::string& address, const std::string& port)
{
    PacketQuestion question;
    question.address = address;
    question.port = static_cast<std::uint16_t>(to_number(port).value_or(0));
    return endpoint_of(question);
}

static Result<Line> connect_here(const PacketEndpoint& peer, const PacketEndpoint& local)
{
    const Descriptor listening{socket(local.family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    Line line;
    line.client = Descriptor{socket(peer.family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (bind(listening.number(), local.raw(), local.size) != 0 ||
        listen(listening.number(), 1) != 0)
        return problem("listen for a rehearsal");
    if (bind(line.client.number(), peer.raw(), peer.size) != 0 ||
        connect(line.client.number(), local.raw(), local.size) != 0)
        return problem("connect for a rehearsal");
    line.server = Descriptor{accept4(listening.number(), nullptr, nullptr, SOCK_CLOEXEC)};
    if (!line.server.is_open())
        return problem("accept a rehearsal");
    return line;
}

static Result<> make_addresses(const LineEnds& ends, int family)
{
    const auto* length = family == AF_INET ? "/32" : "/128";
    auto netlink = TRY(Netlink::open());
    TRY(netlink.set_up("lo"));
    for (const auto& address : {ends.peer, ends.local})
        if (address != "127.0.0.1" && address != "::1" &&
            (address != ends.local || ends.local != ends.peer))
            TRY(netlink.add_address("lo", address + length));
    return done;
}

static Result<Line> line_between(const LineEnds& ends)
{
    const auto peer = end_of(ends.peer, ends.peer_port);
    const auto local = end_of(ends.local, ends.local_port);
    if (!peer || !local || peer->family != local->family)
        return Error{ErrorKind::Malformed, "the connection has no two addresses", {}};
    auto apart = TRY(NetworkNamespace::create());
    std::optional<Line> line;
    TRY(apart.inside([&]() -> Result<> {
        TRY(make_addresses(ends, peer->family));
        line = TRY(connect_here(*peer, *local));
        return done;
    }));
    return std::move(*line);
}

static Result<Line> line_without_ends()
{
    std::array<int, 2> both{-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both.data()) != 0)
        return problem("make a pair of sockets");
    Line line;
    line.server = Descriptor{both[0]};
    line.client = Descriptor{both[1]};
    return line;
}

static pid_t start(const Command& server, const Descriptor& socket)
{
    auto words = server;
    std::vector<char*> pointers;
    for (auto& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const auto child = fork();
    if (child != 0)
        return child;
    (void)signal(SIGPIPE, SIG_DFL);
    const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(socket.number(), STDIN_FILENO);
    dup2(socket.number(), STDOUT_FILENO);
    dup2(nothing, STDERR_FILENO);
    execv(pointers.front(), pointers.data());
    _exit(127);
}

static bool write_all(int to, std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto count = write(to, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

// False once there is nothing more to come from `from`.
static bool carry(int from, int to)
{
    std::array<char, 65536> buffer{};
    const auto count = read(from, buffer.data(), buffer.size());
    return count > 0 && write_all(to, {buffer.data(), static_cast<std::size_t>(count)});
}

static Result<> carry_both_ways(int client, const std::function<Result<>()>& before_answer)
{
    std::array<pollfd, 2> ways{{{client, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
    while (poll(ways.data(), ways.size(), -1) >= 0 || errno == EINTR) {
        if (ways[0].revents != 0) {
            TRY(before_answer());
            if (!carry(client, STDOUT_FILENO))
                return done;
        }
        if (ways[1].revents != 0 && !carry(STDIN_FILENO, client)) {
            shutdown(client, SHUT_WR);
            ways[1].fd = -1;
        }
    }
    return problem("wait for a rehearsal");
}

static void end(pid_t server)
{
    for (int rounds = 0; rounds < 200; ++rounds) {
        if (waitpid(server, nullptr, WNOHANG) == server)
            return;
        if (rounds == 100)
            kill(server, SIGTERM);
        std::this_thread::sleep_for(10ms);
    }
    kill(server, SIGKILL);
    waitpid(server, nullptr, 0);
}

Result<> serve_one_login(const Command& server, const LineEnds& ends,
                         const std::function<Result<>()>& before_answer)
{
    auto line = line_between(ends);
    if (!line)
        line = line_without_ends();
    if (!line)
        return line.error();
    (void)signal(SIGPIPE, SIG_IGN);
    const auto child = start(server, line->server);
    if (child < 0)
        return problem(cat("start ", server.front()));
    line->server.close();
    auto carried = carry_both_ways(line->client.number(), before_answer);
    line->client.close();
    end(child);
    return carried;
}

}
