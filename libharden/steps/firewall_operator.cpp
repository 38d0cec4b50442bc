#include "steps/firewall_operator.h"

#include "ssh/login_session.h"

#include <algorithm>

namespace harden {

// The word after `key` in what `ip route get` prints.
static std::string word_after(std::string_view text, std::string_view key)
{
    const auto words = split(trim(lines(text).empty() ? text : lines(text).front()), ' ');
    const auto found = std::ranges::find(words, key);
    return found == words.end() || found + 1 == words.end() ? std::string{}
                                                            : std::string{*(found + 1)};
}

// How the node would answer; empty where it cannot tell, as for a link-local address.
static std::string route_to(const Host& host, const std::string& address)
{
    const auto answer = host.query({"ip", "-o", "route", "get", address});
    return answer && answer->status == 0 ? answer->out : std::string{};
}

Result<std::optional<FirewallOperator>> connected_operator(const Host& host)
{
    const auto session = TRY(login_session(host));
    if (!session)
        return std::optional<FirewallOperator>{};
    const auto held = TRY(sockets_of(host, session->process));
    for (const auto& socket : TRY(sockets(host))) {
        if (socket.listens || std::ranges::find(held, socket.inode) == held.end())
            continue;
        auto interface = word_after(route_to(host, socket.peer), "dev");
        if (is_loopback(socket.peer) || interface == "lo")
            return Error{ErrorKind::Unsupported,
                         "this SSH login comes from the node itself, so it does not tell who must "
                         "be let in",
                         "name an address: --operator ADDRESS"};
        return std::optional{
            FirewallOperator{socket.peer, socket.address, socket.port, std::move(interface)}};
    }
    return Error{ErrorKind::NotFound,
                 "the connection of this SSH login is not to be found, so nobody knows who must be "
                 "let in",
                 "name an address: --operator ADDRESS"};
}

Result<FirewallOperator> named_operator(const Host& host, std::string_view address,
                                        const std::vector<std::uint16_t>& ssh_ports)
{
    const auto network = TRY(parse_network(address).during("--operator"));
    const auto text = to_text(network);
    if (network.prefix != network.full_prefix() || is_loopback(text))
        return Error{
            ErrorKind::Malformed, cat("--operator: ", text, " is not one address outside"), {}};
    if (ssh_ports.empty())
        return Error{ErrorKind::NotFound, "no sshd listens, so nobody can log in from outside",
                     "start sshd, or change the firewall from the console: --console"};
    const auto route = route_to(host, text);
    auto here = word_after(route, "src");
    if (here.empty())
        return Error{ErrorKind::NotFound, cat("--operator: the node has no route to ", text), {}};
    return FirewallOperator{text, std::move(here), ssh_ports.front(), word_after(route, "dev")};
}

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

Result<std::vector<std::uint16_t>> listening_ssh_ports(const Host& host,
                                                       const std::vector<Listener>& listeners)
{
    constexpr int systemd = 1;
    const auto activated = activated_ports(host);
    std::vector<std::uint16_t> ports;
    for (const auto& [socket, process, name] : listeners) {
        if (socket.protocol != Protocol::Tcp || is_loopback(socket.address))
            continue;
        const bool is_activated =
            process == systemd && std::ranges::find(activated, socket.port) != activated.end();
        if (is_activated || (process != 0 && is_sshd(host, process)))
            ports.push_back(socket.port);
    }
    std::ranges::sort(ports);
    const auto twice = std::ranges::unique(ports);
    ports.erase(twice.begin(), twice.end());
    return ports;
}

}
