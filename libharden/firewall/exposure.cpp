#include "firewall/exposure.h"

#include "node/ports.h"

#include <algorithm>

namespace harden {

static constexpr auto engine_proxy = "docker-proxy"; // listens for ports that are published
static constexpr std::uint16_t dhcp_client = 68;
static constexpr std::uint16_t dhcp6_client = 546;

static bool holds(const std::vector<PortRange>& ranges, std::uint16_t port)
{
    return std::ranges::any_of(
        ranges, [&](const PortRange& range) { return range.first <= port && port <= range.last; });
}

static bool holds(const std::vector<Network>& networks, const Network& address)
{
    return std::ranges::any_of(networks,
                               [&](const Network& each) { return contains(each, address); });
}

static bool is_limited(const Senders& senders)
{
    const auto everybody = [&](bool is_v6) {
        return std::ranges::any_of(senders.from, [&](const Network& each) {
            return each.is_v6 == is_v6 && each.prefix == 0;
        });
    };
    return !everybody(false) || !everybody(true) || !is_one_of(senders.interfaces, "*");
}

bool are_meant(const Senders& senders, const Approach& approach)
{
    const bool every_interface =
        std::ranges::find(senders.interfaces, "*") != senders.interfaces.end();
    return holds(senders.from, approach.address) &&
           (every_interface || is_one_of(senders.interfaces, approach.interface));
}

static Error refusal(std::string message, std::string hint)
{
    return {ErrorKind::Denied, cat(message, ": you would lock yourself out"), std::move(hint)};
}

std::optional<Error> shut_out(const FirewallPolicy& policy, const FirewallFacts& facts,
                              const Approach& approach, std::uint16_t port)
{
    const auto own = to_text(approach.address);
    const auto number = std::to_string(port);
    if (holds(policy.deny, approach.address))
        return refusal(cat("[deny] addresses holds ", own, ", where you come from"),
                       cat("take it out of ", site_firewall_policy));
    if (!holds(ssh_ports_of(policy, facts), port))
        return refusal(cat("[ssh] ports lacks ", number, ", by which you came"),
                       cat("add ", number,
                           " to it, or leave ports out: then those on which sshd "
                           "listens are open"));
    if (!holds(policy.ssh.from, approach.address))
        return refusal(cat("[ssh] from lacks ", own, ", where you come from"),
                       cat("add ", own, " to it in ", site_firewall_policy));
    if (!are_meant(policy.ssh, approach))
        return refusal(cat("[ssh] interfaces lacks ",
                           approach.interface.empty() ? "the interface" : approach.interface,
                           ", by which you come"),
                       "add it, or leave interfaces out");
    return std::nullopt;
}

namespace {

class Judge {
public:
    Judge(const FirewallPolicy& policy, const FirewallFacts& facts)
        : policy_{policy}
        , ssh_{ssh_ports_of(policy, facts)}
    {
    }

    void judge(ExposedPort& port) const
    {
        if (is_loopback(port.address))
            return say(port, Exposed::Local, "loopback only");
        const bool is_tcp = port.protocol == Protocol::Tcp;
        if (!port.is_published && is_tcp && holds(ssh_, port.port))
            return say(port, is_limited(policy_.ssh) ? Exposed::Partly : Exposed::Open, "[ssh]");
        if (!is_tcp && (port.port == dhcp_client || port.port == dhcp6_client))
            return say(port, Exposed::Partly, "replies of DHCP servers");
        for (const auto& rule : policy_.allow) {
            const bool is_meant = rule.reach == Reach::Containers || !port.is_published;
            if (is_meant && holds(is_tcp ? rule.tcp : rule.udp, port.port))
                return say(port, is_limited(rule.senders) ? Exposed::Partly : Exposed::Open,
                           cat("[allow.", rule.name, "]"));
        }
        say(port, Exposed::Closed, "no rule lets it in");
    }

private:
    static void say(ExposedPort& port, Exposed state, std::string why)
    {
        port.state = state;
        port.why = std::move(why);
    }

    const FirewallPolicy& policy_;
    std::vector<PortRange> ssh_;
};

std::vector<ExposedPort> published_ports(const std::vector<Container>& containers)
{
    std::vector<ExposedPort> ports;
    for (const auto& container : containers)
        for (const auto& port : container.ports)
            if (port.protocol == "tcp" || port.protocol == "udp")
                ports.push_back({.protocol = port.protocol == "tcp" ? Protocol::Tcp : Protocol::Udp,
                                 .address = port.address,
                                 .port = port.port,
                                 .owner = cat("container ", container.name),
                                 .is_published = true});
    return ports;
}

bool is_same(const ExposedPort& published, const Socket& socket)
{
    return published.protocol == socket.protocol && published.port == socket.port;
}

}

std::vector<ExposedPort> exposed_ports(const FirewallPolicy& policy, const FirewallFacts& facts,
                                       const std::vector<Listener>& listeners,
                                       const std::vector<Container>& containers)
{
    auto ports = published_ports(containers);
    for (const auto& listener : listeners) {
        const auto& socket = listener.socket;
        const auto by_engine = [&](const ExposedPort& each) {
            return each.is_published && is_same(each, socket);
        };
        const bool is_proxy = listener.name == engine_proxy;
        if (is_proxy && std::ranges::any_of(ports, by_engine))
            continue;
        ports.push_back({.protocol = socket.protocol,
                         .address = socket.address,
                         .port = socket.port,
                         .owner = listener.name.empty() ? "unknown" : listener.name,
                         .is_published = is_proxy});
    }
    const Judge judge{policy, facts};
    for (auto& port : ports)
        judge.judge(port);
    std::ranges::sort(ports, {}, [](const ExposedPort& each) {
        return std::tuple{each.port, each.protocol, each.address, each.owner};
    });
    return ports;
}

std::string name_of(const ExposedPort& port)
{
    return cat(std::to_string(port.port), port.protocol == Protocol::Tcp ? "/tcp" : "/udp", " on ",
               escaped(port.address, 64), " (", escaped(port.owner, 80),
               port.is_published ? ", published" : "", ")");
}

std::string_view name_of(Exposed state)
{
    switch (state) {
    case Exposed::Open:
        return "open";
    case Exposed::Partly:
        return "open to some";
    case Exposed::Closed:
        return "closed";
    case Exposed::Local:
        return "local";
    }
    return {};
}

}
