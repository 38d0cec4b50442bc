// Nothing leaks while the rules are applied again and again under a flood, and what it costs.
#include "base/text.h"
#include "egress/compile.h"
#include "egress/policy.h"
#include "support/catch.hpp"
#include "support/fake_host.h"
#include "support/firewall_contract.h"
#include "support/private_network.h"
#include "system/kernel_firewall.h"

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <sched.h>
#include <thread>
#include <unistd.h>

using namespace harden;
using namespace harden::test;

// Runs `work` in the network namespace of the process `pid`.
static void in_network_of(const std::string& pid, const std::function<void()>& work)
{
    std::thread{[&] {
        const int there = open(cat("/proc/", pid, "/ns/net").c_str(), O_RDONLY | O_CLOEXEC);
        if (there >= 0 && setns(there, CLONE_NEWNET) == 0)
            work();
        close(there);
    }}.join();
}

// A container behind br-x and a server beyond the router, each a namespace kept by a sleeper.
struct Wires {
    std::string container = started();
    std::string server = started();

    Wires()
    {
        shell("ip link set lo up; sysctl -qw net.ipv4.ip_forward=1");
        shell("ip link add br-x type veth peer name eth0 netns " + container);
        shell("ip link add up0 type veth peer name eth0 netns " + server);
        shell("ip addr add 172.30.0.1/24 dev br-x; ip link set br-x up; ip addr add 203.0.113.1/24 "
              "dev up0; ip link set up0 up");
        shell("nsenter --net=/proc/" + container +
              "/ns/net sh -c 'ip link set lo up; ip addr add 172.30.0.2/24 dev eth0; ip link set "
              "eth0 up; ip route add default via 172.30.0.1'");
        shell("nsenter --net=/proc/" + server +
              "/ns/net sh -c 'ip link set lo up; ip addr add 203.0.113.10/24 dev eth0; ip link set "
              "eth0 up; ip route add default via 203.0.113.1'");
    }
    ~Wires()
    {
        for (const auto& pid : {container, server})
            kill(std::stoi(pid), SIGKILL);
    }
    Wires(const Wires&) = delete;
    Wires& operator=(const Wires&) = delete;

private:
    static std::string started()
    {
        return std::string{trim(shell("unshare -n sleep 120 >/dev/null & echo $!; sleep 0.3"))};
    }
};

static sockaddr_in at(const char* address, std::uint16_t port)
{
    sockaddr_in where{.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, address, &where.sin_addr);
    return where;
}

static const sockaddr* raw(const sockaddr_in& where)
{
    return static_cast<const sockaddr*>(static_cast<const void*>(&where));
}

static int received(int socket)
{
    char byte[8];
    int packets = 0;
    while (recv(socket, byte, sizeof byte, MSG_DONTWAIT) >= 0)
        ++packets;
    return packets;
}

static Ruleset shipped_ruleset()
{
    FakeHost host;
    const auto settings = egress_settings(host, egress_site_file, SiteFile::MayBeAbsent);
    REQUIRE(settings);
    return *compile_egress(*parse_egress_policy(*settings), {});
}

TEST_CASE("no packet leaks while the rules are applied again under a flood", "[firewall]")
{
    if (!enter_private_network())
        return;
    shell("iptables-nft -N DOCKER-USER; iptables-nft -A FORWARD -j DOCKER-USER");
    const Wires wires;
    int server = -1;
    in_network_of(wires.server, [&] {
        server = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const int room = 64 * 1024 * 1024;
        setsockopt(server, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
        const auto here = at("203.0.113.10", 3333);
        if (bind(server, raw(here), sizeof here) != 0)
            server = -1;
    });
    REQUIRE(server >= 0);
    int client = -1;
    in_network_of(wires.container, [&] { client = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0); });
    const auto there = at("203.0.113.10", 3333);
    const auto send_one = [&] { return sendto(client, "x", 1, 0, raw(there), sizeof there) == 1; };

    // the control: without rules the packets arrive
    for (int packet = 0; packet < 10; ++packet)
        send_one();
    usleep(100'000);
    REQUIRE(received(server) == 10);

    const auto firewall = kernel_firewall();
    auto ruleset = shipped_ruleset();
    succeeds(firewall->replace(ruleset));
    std::atomic<bool> enough = false;
    std::atomic<long> sent = 0;
    std::thread flood{[&] {
        while (!enough && sent < 2'000'000)
            sent += send_one() ? 1 : 0;
    }};
    for (std::uint32_t round = 0; round < 20; ++round) {
        ruleset.flow_burst = 200 + round % 2; // contents change: a refill
        if (round % 5 == 4)
            ruleset.groups[0].udp.push_back(
                {static_cast<std::uint16_t>(700 + round), static_cast<std::uint16_t>(700 + round)});
        if (round % 7 == 6)
            shell("nft add chain inet harden_egress stray"); // objects change: a rebuild
        succeeds(firewall->replace(ruleset));
    }
    enough = true;
    flood.join();
    usleep(100'000);
    INFO("sent " << sent);
    CHECK(sent > 1000);
    CHECK(received(server) == 0);
    WARN("sent " << sent << " packets during 20 applies");
    close(server);
    close(client);
}

static double milliseconds_of(clockid_t clock)
{
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// Of 21 rounds; `prepare` is not timed.
template<class Prepare, class Work>
static std::string median(const Prepare& prepare, const Work& work)
{
    std::vector<double> wall;
    std::vector<double> processor;
    for (int round = 0; round < 21; ++round) {
        prepare();
        const auto wall_start = milliseconds_of(CLOCK_MONOTONIC);
        const auto processor_start = milliseconds_of(CLOCK_PROCESS_CPUTIME_ID);
        work();
        wall.push_back(milliseconds_of(CLOCK_MONOTONIC) - wall_start);
        processor.push_back(milliseconds_of(CLOCK_PROCESS_CPUTIME_ID) - processor_start);
    }
    std::ranges::sort(wall);
    std::ranges::sort(processor);
    return cat(std::to_string(wall[10]), " ms, ", std::to_string(processor[10]), " ms CPU");
}

TEST_CASE("the time that an apply takes", "[.time]")
{
    for (const std::string backend : {"", "nft", "legacy"}) {
        if (!enter_private_network())
            return;
        if (!backend.empty())
            for (const auto& command : {"iptables-" + backend, "ip6tables-" + backend})
                shell(command + " -N DOCKER-USER; " + command + " -A FORWARD -j DOCKER-USER");
        const auto firewall = kernel_firewall();
        const auto ruleset = shipped_ruleset();
        const auto where =
            backend.empty() ? std::string{"own table alone"} : "with iptables-" + backend;
        const auto nothing = [] {};
        WARN(where << ": first difference "
                   << median(nothing, [&] { (void)kernel_firewall()->difference(ruleset); }));
        WARN(where << ": first apply "
                   << median([&] { succeeds(firewall->remove()); },
                             [&] { succeeds(firewall->replace(ruleset)); }));
        auto other = ruleset;
        WARN(where << ": apply of a change "
                   << median(
                          [&] {
                              other.flow_burst = other.flow_burst == 200 ? 201 : 200;
                              (void)firewall->difference(other);
                          },
                          [&] { succeeds(firewall->replace(other)); }));
        WARN(where << ": difference of equal "
                   << median(nothing, [&] { CHECK(firewall->difference(other)->empty()); }));
    }
}
