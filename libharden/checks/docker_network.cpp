#include "checks/daemon_settings.h"
#include "checks/docker_check.h"
#include "checks/docker_facts.h"
#include "checks/docker_sockets.h"
#include "daemonjson/docker_version.h"
#include "node/address.h"

#include <algorithm>
#include <charconv>

namespace harden {

using enum Severity;

// "0.0.0.0:9323" becomes [::]:9323, so the port tells.
static bool has_port_of(std::string_view address, std::string_view other)
{
    return !other.empty() &&
           address.substr(address.rfind(':') + 1) == other.substr(other.rfind(':') + 1);
}

// Where the daemon takes requests over TCP; metrics and Swarm's own ports have their own checks.
static Result<std::vector<std::string>> api_addresses(const Facts& facts)
{
    const auto pid = TRY(facts.once(daemon_pid));
    const auto metrics = TRY(facts.once(daemon_settings)).metrics_address;
    const bool swarm = TRY(facts.once(docker_info)).swarm_active;
    std::vector<std::string> open;
    for (const auto& address : TRY(listening_addresses(facts.host(), pid)))
        if (!has_port_of(address, metrics) && !(swarm && is_swarm_port(address)))
            open.push_back(address);
    return open;
}

// A relay in front of the socket is as open as the port that it listens on.
static Result<std::vector<std::string>> relays(const Host& host)
{
    std::vector<std::string> found;
    for (const auto& name : TRY(host.list("/proc"))) {
        const auto command = to_number(name) ? host.read(Path{"/proc"} / name / "cmdline")
                                             : Result<std::string>{std::string{}};
        if (command && command->find("docker.sock") != std::string::npos &&
            command->find("TCP") != std::string::npos && command->starts_with("socat"))
            found.push_back(cat("socat, process ", name));
    }
    return found;
}

static Result<Outcome> tcp_socket(const Facts& facts)
{
    auto open = TRY(facts.once(api_addresses));
    const auto relayed = TRY(relays(facts.host()));
    if (!relayed.empty())
        return fail(join(relayed, ", "));
    if (open.empty())
        return pass("unix socket only");
    const auto evidence = join(open, ", ");
    return TRY(facts.once(daemon_settings)).verifies_clients
               ? pass(cat(evidence, " with client certificates"))
               : fail(evidence);
}

static std::string reached_at(std::string address)
{
    for (const auto& [all, own] :
         {std::pair<std::string_view, std::string_view>{"0.0.0.0:", "127.0.0.1:"},
          {"[::]:", "[::1]:"}})
        if (address.starts_with(all))
            return cat(own, address.substr(all.size()));
    return address;
}

// Whether it answers a request that comes without a certificate; nothing where it cannot be tried.
static std::optional<bool> answers_anybody(const Host& host, const std::string& address)
{
    using namespace std::chrono_literals;
    const auto reply =
        host.query({"openssl", "s_client", "-quiet", "-connect", reached_at(address)},
                   {.timeout = 2s, .input = "GET /_ping HTTP/1.0\r\n\r\n"});
    if (!reply)
        return std::nullopt;
    return reply->out.find("HTTP/1.") != std::string::npos;
}

static bool has_expired(const Host& host, const std::string& certificate)
{
    const auto answer =
        host.query({"openssl", "x509", "-in", certificate, "-noout", "-checkend", "0"});
    return answer && answer->status == 1;
}

static Result<Outcome> tls_verified(const Facts& facts)
{
    const auto addresses = TRY(facts.once(api_addresses));
    if (addresses.empty())
        return not_applicable("Docker listens on no TCP port");
    const auto evidence = join(addresses, ", ");
    if (!TRY(facts.once(daemon_settings)).verifies_clients)
        return fail(cat(evidence, " demands no client certificate"));
    const auto certificate = given_text(TRY(facts.once(daemon_file)), "tlscert");
    if (!certificate.empty() && has_expired(facts.host(), certificate))
        return fail(cat(escaped(certificate, 120), " has expired"));
    const auto answers = answers_anybody(facts.host(), addresses.front());
    if (!answers)
        return pass(cat(evidence, " by its settings; no openssl here to try it with"));
    auto outcome = *answers ? fail(cat(evidence, " answers without a certificate"))
                            : pass(cat(evidence, " refuses without a certificate"));
    outcome.reached = Level::Behaviour;
    return outcome;
}

static Result<Outcome> inter_container(const Facts& facts)
{
    const auto networks = TRY(facts.once(docker_networks));
    const auto bridge = std::ranges::find(networks, "bridge", &DockerNetwork::name);
    if (bridge == networks.end())
        return not_applicable("there is no default bridge");
    return bridge->isolates ? pass("enable_icc=false")
                            : fail("containers on the default bridge reach each other");
}

// Docker separates bridges by a rule for each: of its isolation chains, or, since 28, of its own
// chain that lets in nothing from elsewhere.
static bool is_separated(std::string_view rules, std::string_view bridge)
{
    const auto isolated = cat(" -o ", bridge, " -j DROP");
    const auto closed = cat("-A DOCKER ! -i ", bridge, " -o ", bridge, " -j DROP");
    return std::ranges::any_of(lines(rules), [&](std::string_view rule) {
        return rule == closed ||
               (rule.starts_with("-A DOCKER-ISOLATION-STAGE-") && rule.ends_with(isolated));
    });
}

static Result<Outcome> network_isolation(const Facts& facts)
{
    const auto file = TRY(facts.once(daemon_file));
    const auto info = TRY(facts.once(docker_info));
    if (!given_boolean(file, "iptables").value_or(true))
        return fail("Docker writes no rules (iptables is false)");
    if (info.firewall_backend == "nftables")
        return Error{ErrorKind::Unsupported,
                     "Docker's rules are in its own nftables table, which is not read",
                     "harden verify --probe"};
    const auto listed = TRY(succeeded(facts.host().query({"iptables", "-S"}), {"iptables", "-S"}));
    std::vector<std::string> open;
    for (const auto& network : TRY(facts.once(docker_networks)))
        if (!network.bridge.empty() && !is_separated(listed.out, network.bridge))
            open.push_back(escaped(network.name, 40));
    if (!open.empty())
        return fail(cat("no rule separates ", join(open, ", ")));
    return pass("a rule separates each bridge");
}

// On by itself since 27.0.
static bool filters_v6(const DaemonFile& file)
{
    constexpr DockerVersion by_default{27, 0};
    const bool otherwise = file.daemon.version && *file.daemon.version >= by_default;
    return given_boolean(file, "ip6tables").value_or(otherwise);
}

static Result<Outcome> ip6tables(const Facts& facts)
{
    std::vector<std::string> with_v6;
    for (const auto& network : TRY(facts.once(docker_networks)))
        if (network.ipv6)
            with_v6.push_back(escaped(network.name, 40));
    if (with_v6.empty())
        return not_applicable("no network has IPv6");
    const auto evidence = cat("IPv6 on ", join(with_v6, ", "));
    return filters_v6(TRY(facts.once(daemon_file))) ? pass(evidence)
                                                    : fail(cat(evidence, ", ip6tables is off"));
}

static Result<Outcome> packet_filter(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    if (!given_boolean(TRY(facts.once(daemon_file)), "iptables").value_or(true))
        return fail("iptables is false: published ports and bridges are as open as the host");
    return pass(info.firewall_backend.empty() ? "iptables" : escaped(info.firewall_backend, 20));
}

static Result<Outcome> metrics_address(const Facts& facts)
{
    const auto settings = TRY(facts.once(daemon_settings));
    const auto info = TRY(facts.once(docker_info));
    std::vector<std::string> open;
    if (!settings.metrics_address.empty() && !is_own_address(settings.metrics_address))
        open.push_back(cat("metrics at ", escaped(settings.metrics_address, 60)));
    if (info.debug)
        open.emplace_back("debug is on");
    const auto diagnostics = given_text(TRY(facts.once(daemon_file)), "network-diagnostic-port");
    if (!diagnostics.empty() && diagnostics != "0")
        open.push_back(cat("diagnostics at port ", escaped(diagnostics, 8)));
    if (!open.empty())
        return fail(join(open, ", "));
    return pass(settings.metrics_address.empty() ? "none"
                                                 : cat("metrics at ", settings.metrics_address));
}

static unsigned byte_at(std::string_view digits, std::size_t at)
{
    unsigned byte = 0;
    std::from_chars(digits.data() + at, digits.data() + at + 2, byte, 16);
    return byte;
}

// "0002A8C0" of /proc/net/route: bytes of the network's order, in the machine's words.
static std::optional<Network> route_in(std::string_view line)
{
    const auto words = split(line, '\t');
    constexpr std::size_t mask_column = 7;
    if (words.size() <= mask_column || words[1].size() != 8 || words[1] == "00000000" ||
        words[mask_column].size() != 8)
        return std::nullopt;
    Network network;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto at = 6 - 2 * i;
        network.bytes.at(i) = static_cast<std::uint8_t>(byte_at(words[1], at));
        for (auto mask = byte_at(words[mask_column], at); (mask & 0x80U) != 0; mask <<= 1U)
            ++network.prefix;
    }
    return network;
}

static bool is_dockers(std::string_view interface, const std::vector<DockerNetwork>& networks)
{
    return interface.starts_with("docker") || interface.starts_with("br-") ||
           interface.starts_with("veth") ||
           std::ranges::find(networks, interface, &DockerNetwork::bridge) != networks.end();
}

static Result<Outcome> address_pools(const Facts& facts)
{
    auto pools = TRY(facts.once(docker_info)).address_pools;
    if (pools.empty()) // Docker's own
        pools = {"172.16.0.0/12", "192.168.0.0/16"};
    const auto networks = TRY(facts.once(docker_networks));
    std::vector<std::string> overlaps;
    const auto routes = TRY(facts.host().read("/proc/net/route"));
    for (const auto line : lines(routes)) {
        const auto interface = line.substr(0, line.find('\t'));
        const auto route = is_dockers(interface, networks) ? std::nullopt : route_in(line);
        if (!route)
            continue;
        for (const auto& text : pools) {
            const auto pool = parse_network(text);
            if (pool && (contains(*pool, *route) || contains(*route, *pool)))
                overlaps.push_back(cat(escaped(text, 40), " overlaps ", to_text(*route), " on ",
                                       escaped(interface, 20)));
        }
    }
    return overlaps.empty() ? pass(escaped(join(pools, ", "), 120)) : fail(join(overlaps, "; "));
}

static Check strict(Check check)
{
    check.profile = Profile::Strict;
    return check;
}

std::vector<Check> docker_network_checks()
{
    constexpr auto edit = "edit /etc/docker/daemon.json; systemctl restart docker";
    return {
        docker_check("docker.tcp-socket", "Docker listens on no unauthenticated TCP socket",
                     Critical, "remove tcp:// from hosts in daemon.json and from the unit's -H",
                     {"CIS-Docker-2.7"},
                     "Whoever reaches such a port is root on the host. Asked of the sockets that "
                     "dockerd holds, and of relays in front of its own.",
                     tcp_socket),
        docker_check("docker.tls-verified", "Docker's TLS endpoint demands client certificates",
                     High, "set tlsverify, tlscacert, tlscert and tlskey in daemon.json",
                     {"CIS-Docker-2.7"},
                     "TLS without client certificates encrypts for anybody. A request without a "
                     "certificate is tried.",
                     tls_verified),
        strict(docker_check(
            "docker.inter-container", "Containers on the default bridge cannot reach each other",
            High, "set \"icc\": false in /etc/docker/daemon.json; systemctl restart docker",
            {"CIS-Docker-2.2"},
            "Tenants on one bridge reach each other's unpublished ports. Asked of "
            "the bridge's own option.",
            inter_container)),
        docker_check("docker.network-isolation",
                     "Containers cannot reach other networks' containers", High,
                     "systemctl restart docker", {},
                     "Networks separate tenants only while Docker's rules stand. Asked of the "
                     "packet filter, bridge by bridge.",
                     network_isolation),
        strict(docker_check(
            "docker.ip6tables", "Docker filters IPv6 where a network has it", High,
            "set \"ip6tables\": true in /etc/docker/daemon.json; systemctl restart docker", {},
            "Without it every container with an IPv6 address is open on all ports. Asked "
            "of the networks, and of the daemon's file and flags.",
            ip6tables)),
        docker_check("docker.packet-filter",
                     "Docker manages its packet filter and the back end is known", High, edit,
                     {"CIS-Docker-2.4"},
                     "Without its rules nothing separates networks or holds published ports. Asked "
                     "of the daemon, its file and its flags.",
                     packet_filter),
        docker_check(
            "docker.metrics-address", "Docker's metrics and debug endpoints are not public", High,
            edit, {},
            "They name every container and, with debug, show the daemon's memory. Asked of "
            "the daemon, its file and its flags.",
            metrics_address),
        strict(docker_check("docker.address-pools", "Docker's address pools overlap no route", Low,
                            edit, {},
                            "A network that takes a route's addresses cuts the node off from them. "
                            "Asked of the daemon and of the kernel's routes.",
                            address_pools)),
    };
}

}
