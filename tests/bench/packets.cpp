#include "bench/packets.h"

#include "bench/bench.h"

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace harden::bench {

static constexpr auto receiver_address = "203.0.113.10";
static constexpr int size = 18;

static void must(bool holds, const char* what)
{
    if (holds)
        return;
    std::perror(what);
    std::exit(1);
}

static int sleeper()
{
    const int process = fork();
    must(process >= 0, "fork");
    if (process == 0) {
        if (unshare(CLONE_NEWNET) != 0)
            _exit(1);
        for (;;)
            pause();
    }
    usleep(100'000);
    return process;
}

static int in_network_of(int process, const std::function<int()>& work)
{
    int result = -1;
    std::thread{[&] {
        const auto name = "/proc/" + std::to_string(process) + "/ns/net";
        const int there = open(name.c_str(), O_RDONLY | O_CLOEXEC);
        must(there >= 0 && setns(there, CLONE_NEWNET) == 0, "setns");
        close(there);
        result = work();
    }}.join();
    return result;
}

static sockaddr_in target(std::uint16_t port)
{
    sockaddr_in where{.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, receiver_address, &where.sin_addr);
    return where;
}

static const sockaddr* raw(const sockaddr_in& where)
{
    return static_cast<const sockaddr*>(static_cast<const void*>(&where));
}

Wires::Wires(std::uint16_t port)
    : port_{port}
    , sender_{sleeper()}
    , receiver_{sleeper()}
{
    const auto in = [](int process, const std::string& line) {
        shell("nsenter --net=/proc/" + std::to_string(process) + "/ns/net sh -c '" + line + "'");
    };
    shell("ip link set lo up; sysctl -qw net.ipv4.ip_forward=1");
    shell("ip link add br-x type veth peer name eth0 netns " + std::to_string(sender_));
    shell("ip link add up0 type veth peer name eth0 netns " + std::to_string(receiver_));
    shell("ip addr add 172.30.0.1/24 dev br-x; ip link set br-x up; "
          "ip addr add 203.0.113.1/24 dev up0; ip link set up0 up");
    in(sender_, "ip link set lo up; ip addr add 172.30.0.2/24 dev eth0; ip link set eth0 up; "
                "ip route add default via 172.30.0.1");
    in(receiver_, "ip link set lo up; ip addr add 203.0.113.10/24 dev eth0; ip link set eth0 up; "
                  "ip route add default via 203.0.113.1");
    in_ = in_network_of(receiver_, [this] {
        const int made = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const int room = 256 * 1024 * 1024;
        setsockopt(made, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
        const auto here = target(port_);
        must(bind(made, raw(here), sizeof here) == 0, "bind");
        return made;
    });
    out_ = in_network_of(sender_, [this] {
        const int made = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const auto there = target(port_);
        must(connect(made, raw(there), sizeof there) == 0, "connect");
        return made;
    });
}

Wires::~Wires()
{
    close(in_);
    close(out_);
    for (const int process : {sender_, receiver_}) {
        kill(process, SIGKILL);
        waitpid(process, nullptr, 0);
    }
}

int Wires::taken() const
{
    std::array<char, size> packet{};
    int count = 0;
    while (recv(in_, packet.data(), packet.size(), MSG_DONTWAIT) >= 0)
        ++count;
    return count;
}

Wires::Flood Wires::flood_during(const std::function<void()>& work) const
{
    static constexpr long most = 2'000'000;
    Flood flood;
    std::atomic<bool> enough = false;
    std::thread sender{[&] {
        const std::array<char, size> payload{};
        while (!enough && flood.sent < most)
            if (send(out_, payload.data(), payload.size(), 0) >= 0)
                ++flood.sent;
    }};
    work();
    enough = true;
    sender.join();
    flood.arrived = taken();
    return flood;
}

// A packet that is sent over veth pairs goes all the way within the sender's own time.
double Wires::packets_per_second(int packets) const
{
    const std::array<char, size> payload{};
    const auto start = std::chrono::steady_clock::now();
    for (int packet = 0; packet < packets; ++packet)
        (void)send(out_, payload.data(), payload.size(), 0);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const int arrived = taken();
    must(arrived > packets / 2, "packets do not arrive");
    return arrived / took.count();
}

}
