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

}
