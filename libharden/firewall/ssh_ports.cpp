#include "firewall/ssh_ports.h"

#include "base/text.h"

#include <algorithm>

namespace harden {

// The program cannot be told by its name alone: any container's may call itself sshd.
static bool is_sshd(const Host& host, int process)
{
    const auto directory = Path{"/proc"} / std::to_string(process);
    const auto program = host.status(directory / "exe");
    const auto files = host.status(directory / "ns/mnt");
    const auto own_files = host.status("/proc/self/ns/mnt");
    return program && program->target.filename().native().starts_with("sshd") && files &&
           own_files && files->target == own_files->target;
}

// "Listen=[::]:22 (Stream)"
static std::vector<std::uint16_t> activated_ports(const Host& host)
{
    std::vector<std::uint16_t> ports;
    const auto answer =
        host.query({"systemctl", "show", "--property=Listen", "ssh.socket", "sshd.socket"});
    if (!answer)
        return ports;
    for (const auto line : lines(answer->out)) {
        const auto address = line.substr(0, line.find(" (Stream)"));
        const auto port = to_number(address.substr(address.rfind(':') + 1));
        if (address != line && port && *port > 0 && *port <= 65535)
            ports.push_back(static_cast<std::uint16_t>(*port));
    }
    return ports;
}

std::vector<Listener> ssh_listeners(const Host& host, const std::vector<Listener>& listeners)
{
    constexpr int systemd = 1;
    const auto activated = activated_ports(host);
    std::vector<Listener> found;
    for (const auto& listener : listeners) {
        if (listener.socket.protocol != Protocol::Tcp)
            continue;
        const bool is_activated =
            listener.process == systemd &&
            std::ranges::find(activated, listener.socket.port) != activated.end();
        if (is_activated || (listener.process != 0 && is_sshd(host, listener.process)))
            found.push_back(listener);
    }
    return found;
}

std::vector<std::uint16_t> ports_outside(const std::vector<Listener>& listeners)
{
    std::vector<std::uint16_t> ports;
    for (const auto& listener : listeners)
        if (!is_loopback(listener.socket.address))
            ports.push_back(listener.socket.port);
    std::ranges::sort(ports);
    const auto twice = std::ranges::unique(ports);
    ports.erase(twice.begin(), twice.end());
    return ports;
}

Result<std::vector<std::uint16_t>> listening_ssh_ports(const Host& host,
                                                       const std::vector<Listener>& listeners)
{
    return ports_outside(ssh_listeners(host, listeners));
}

}
