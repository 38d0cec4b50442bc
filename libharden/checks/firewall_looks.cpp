#include "checks/firewall_looks.h"

#include "checks/docker_facts.h"
#include "checks/firewall_facts.h"
#include "checks/host_facts.h"
#include "checks/judged.h"
#include "checks/network_facts.h"
#include "firewall/ssh_ports.h"
#include "ssh/login_session.h"
#include "ssh/operator_login.h"

#include <algorithm>
#include <array>

namespace harden {

static std::string some_of(const std::vector<ExposedPort>& ports)
{
    constexpr std::size_t most = 5;
    std::vector<std::string> names;
    for (const auto& port : ports)
        names.push_back(name_of(port));
    return some_of(std::move(names), most);
}

// Of the node's own programs, or of containers, those that the policy does not let in.
static std::vector<ExposedPort> not_let_in(std::vector<ExposedPort> ports, bool are_published)
{
    std::erase_if(ports, [&](const ExposedPort& port) {
        return port.is_published != are_published || port.state != Exposed::Closed;
    });
    return ports;
}

// Behind our table, as the policy asks for it, what it does not name is shut.
static Result<bool> is_shielded(const Facts& facts)
{
    const auto own = TRY(facts.once(own_inbound));
    return own.is_in_force && own.is_recorded && own.off_policy.empty();
}

Result<Outcome> only_allowed_listen(const Facts& facts)
{
    const auto ports = TRY(facts.once(exposed));
    const auto hidden = not_let_in(ports, false);
    if (hidden.empty())
        return pass("the policy lets all of them in");
    if (!TRY(is_shielded(facts)))
        return fail(cat("no rule lets in ", some_of(hidden)));
    return pass(cat("shut by harden's table: ", some_of(hidden)));
}

Result<Outcome> published_ports_obey(const Facts& facts)
{
    TRY(facts.once(listed_containers));
    const auto ports = TRY(facts.once(exposed));
    if (std::ranges::none_of(ports, [](const ExposedPort& port) {
            return port.is_published && port.state != Exposed::Local;
        }))
        return not_applicable("no container publishes a port");
    const auto hidden = not_let_in(ports, true);
    if (hidden.empty())
        return pass("the policy lets all of them in");
    if (!TRY(is_shielded(facts)))
        return fail(cat("no rule lets in ", some_of(hidden)));
    return pass(cat("shut by harden's table: ", some_of(hidden)));
}

Result<Outcome> one_manager(const Facts& facts)
{
    std::vector<std::string> names;
    if (TRY(facts.once(own_inbound)).is_in_force)
        names.emplace_back("harden");
    for (const auto& manager : TRY(facts.once(firewall_managers)))
        names.push_back(manager.name);
    const auto backends = TRY(facts.firewall().backends());
    const auto is_live = [&](std::string_view backend) {
        return std::ranges::find(backends, backend) != backends.end();
    };
    if (is_live("iptables-nft") && is_live("iptables-legacy"))
        return fail("iptables' rules are in the kernel twice, as legacy ones and by nftables");
    if (names.size() > 1)
        return fail(join(names, ", "));
    return pass(names.empty() ? "none" : names.front());
}

static Result<std::string> shown_unit(const Host& host)
{
    const Command ask{"systemctl", "show", "harden-firewall.service",
                      "--property=UnitFileState,Before"};
    return TRY(succeeded(host.query(ask), ask)).out;
}

Result<Outcome> persistent(const Facts& facts)
{
    const auto own = TRY(facts.once(own_inbound));
    if (!own.is_in_force) {
        const auto others = TRY(facts.once(firewall_managers));
        return others.empty() ? fail("there is no firewall to load")
                              : fail(cat("harden's is not there, and what ", others.front().name,
                                         " loads is not judged"));
    }
    if (!own.is_recorded)
        return fail("the table in the kernel is not recorded");
    if (!own.drift.empty())
        return fail(cat("the kernel differs from the record: ", own.drift));
    const auto unit = TRY(shown_unit(facts.host()));
    const auto enabled = unit_property(unit, "UnitFileState");
    if (enabled != "enabled")
        return fail(cat("harden-firewall.service is ",
                        enabled.empty() ? "not there" : escaped(enabled, 40)));
    const auto listed = unit_property(unit, "Before");
    const auto before = split(listed, ' ');
    for (const auto* later : {"network-pre.target", "docker.service"})
        if (std::ranges::find(before, later) == before.end())
            return fail(cat("harden-firewall.service does not come before ", later));
    return pass("harden-firewall.service, before the network and Docker");
}

// Where this login comes from; empty: it is none, or does not tell.
static Result<std::string> login_address(const Host& host)
{
    std::string port;
    const auto session = TRY(login_session(host));
    const auto connection =
        session ? parse_ssh_connection(session->connection, port) : std::nullopt;
    return connection ? connection->address : std::string{};
}

// By the policy; of an interface that is not known it says nothing.
static Result<Outcome> is_let_in(const Facts& facts, const std::string& operator_address)
{
    const auto policy = TRY(facts.once(firewall_policy));
    const auto ports = ports_outside(TRY(facts.once(sshd_listeners)));
    if (ports.empty())
        return not_applicable("no sshd listens on this machine");
    if (!is_one_of(policy.ssh.interfaces, "*"))
        return Error{
            ErrorKind::Unsupported, "which interface the operator comes by is not known", {}};
    const auto address = TRY(parse_network(operator_address));
    std::optional<Error> shut;
    for (const auto port : ports) {
        shut = shut_out(policy, {ports, {}}, {address, {}}, port);
        if (!shut)
            return pass(cat(escaped(operator_address, 60), " at port ", std::to_string(port)));
    }
    return fail(shut->message);
}

Result<Outcome> operator_passes(const Facts& facts)
{
    const auto own = TRY(facts.once(own_inbound));
    if (!own.is_in_force)
        return not_applicable("harden's firewall is not in force");
    auto address = TRY(login_address(facts.host()));
    if (address.empty())
        address = own.operator_address;
    if (address.empty())
        return not_applicable("this is no SSH login, and no operator was recorded");
    if (address == own.operator_address && own.drift.empty())
        return pass(cat(escaped(address, 60), ", whose way in the table keeps open"));
    return is_let_in(facts, address);
}

static Result<bool> forwards_ipv4(const Host& host)
{
    const auto text = TRY(host.read("/proc/sys/net/ipv4/ip_forward"));
    return trim(text) == "1";
}

Result<Outcome> forwards_for_bridges(const Facts& facts)
{
    const bool v4 = TRY(forwards_ipv4(facts.host()));
    const bool v6 = TRY(facts.once(forwards_ipv6));
    if (!v4 && !v6)
        return pass("the kernel passes nothing on");
    if (TRY(facts.once(firewall_policy)).transit == Transit::Refuse && TRY(is_shielded(facts)))
        return pass("harden's table refuses what passes from one outer interface to another");
    if (!facts.probes().forward)
        return Error{ErrorKind::Unsupported, "the packet filter was not read", {}};
    const auto denial = denial_of(TRY(facts.probes().forward()));
    std::vector<std::string> open;
    for (const auto& family : denial.open)
        if ((family == "IPv4" && v4) || (family == "IPv6" && v6))
            open.push_back(family);
    if (!open.empty())
        return fail(cat(join(open, " and "), " are passed on unless a rule forbids it"));
    return pass(denial.by.empty() ? "nothing else is passed on" : join(denial.by, ", "));
}

}
