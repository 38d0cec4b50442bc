#include "support/wires.h"

#include "base/text.h"
#include "support/private_network.h"

#include <csignal>
#include <fcntl.h>
#include <sched.h>
#include <thread>
#include <unistd.h>

namespace harden::test {

static std::string started()
{
    return std::string{trim(shell("unshare -n sleep 300 >/dev/null 2>&1 & echo $!; sleep 0.3"))};
}

static std::string within(const std::string& process, const std::string& line)
{
    return shell(cat("nsenter --net=/proc/", process, "/ns/net sh -c '", line, "'"));
}

Wires::Wires()
    : container_{started()}
    , server_{started()}
{
    shell("ip link set lo up; sysctl -qw net.ipv4.ip_forward=1");
    shell("ip link add br-x type veth peer name eth0 netns " + container_);
    shell("ip link add up0 type veth peer name eth0 netns " + server_);
    shell("ip addr add 172.30.0.1/24 dev br-x; ip link set br-x up; ip addr add 203.0.113.1/24 "
          "dev up0; ip link set up0 up");
    within(container_,
           "ip link set lo up; ip addr add 172.30.0.2/24 dev eth0; ip link set eth0 up; "
           "ip route add default via 172.30.0.1");
    within(server_, "ip link set lo up; ip addr add 203.0.113.10/24 dev eth0; ip link set eth0 up; "
                    "ip route add default via 203.0.113.1");
    within(server_, "nft add table inet seen; nft add counter inet seen floods; "
                    "nft add chain inet seen in { type filter hook prerouting priority -300 \\; }; "
                    "nft add rule inet seen in th dport 3333 counter name floods");
}

Wires::~Wires()
{
    for (const auto& process : {container_, server_})
        kill(std::stoi(process), SIGKILL);
}

void Wires::in_container(const std::function<void()>& work) const
{
    std::thread{[&] {
        const int there = open(cat("/proc/", container_, "/ns/net").c_str(), O_RDONLY | O_CLOEXEC);
        if (there >= 0 && setns(there, CLONE_NEWNET) == 0)
            work();
        close(there);
    }}.join();
}

long Wires::arrived() const
{
    const auto text = within(server_, "nft reset counter inet seen floods");
    const auto at = text.find("packets ", text.find('{'));
    return at == std::string::npos ? -1 : std::stol(text.substr(at + 8));
}

}
