#include "checks/firewall_facts.h"

#include "checks/docker_facts.h"
#include "firewall/ssh_ports.h"
#include "firewall/table_text.h"
#include "node/host_firewall_names.h"
#include "ssh/login_session.h"

namespace harden {

Result<std::vector<Listener>> listening_sockets(const Facts& facts)
{
    return listeners(facts.host());
}

// What a login forwards is held by its session's process, which is sshd's as well.
static bool is_of_session(const Host& host, const Listener& listener)
{
    const auto title = host.read(Path{"/proc"} / std::to_string(listener.process) / "cmdline");
    return title && !session_user(title->c_str()).empty();
}

Result<std::vector<Listener>> sshd_listeners(const Facts& facts)
{
    const auto all = TRY(facts.once(listening_sockets));
    auto found = ssh_listeners(facts.host(), all);
    std::erase_if(found, [&](const Listener& each) { return is_of_session(facts.host(), each); });
    return found;
}

Result<FirewallPolicy> firewall_policy(const Facts& facts)
{
    return firewall_policy_from(TRY(firewall_settings(facts.host())));
}

Result<std::vector<FirewallManager>> firewall_managers(const Facts& facts)
{
    return other_managers(facts.host());
}

// "# operator 192.0.2.7", the first line of a record.
static std::string operator_in(std::string_view record)
{
    constexpr std::string_view before = "# operator ";
    const auto first = record.substr(0, record.find('\n'));
    return std::string{first.starts_with(before) ? first.substr(before.size()) : ""};
}

static Result<std::string> first_difference(const Facts& facts, const std::string& wanted)
{
    const auto drift = TRY(facts.firewall().inbound_difference(wanted));
    return drift.empty() ? std::string{} : escaped(drift.front().what, 80);
}

Result<OwnInbound> own_inbound(const Facts& facts)
{
    OwnInbound own;
    own.is_in_force = !TRY(first_difference(facts, {})).empty();
    const auto record = facts.host().read(recorded_table_file);
    const auto text = record.is_absent() ? std::string{} : TRY(record);
    own.is_recorded = !text.empty();
    if (!own.is_in_force || !own.is_recorded)
        return own;
    own.drift = TRY(first_difference(facts, text));
    own.operator_address = operator_in(text);
    const auto listening = TRY(facts.once(sshd_listeners));
    FirewallFacts known{ports_outside(listening), {}};
    if (!own.operator_address.empty())
        known.operator_address = TRY(parse_network(own.operator_address));
    const auto policy = TRY(facts.once(firewall_policy));
    own.off_policy = TRY(first_difference(facts, table_text(policy, known)));
    return own;
}

Result<std::vector<ExposedPort>> exposed(const Facts& facts)
{
    const auto listening = TRY(facts.once(listening_sockets));
    const auto containers = facts.once(listed_containers);
    if (!containers && !containers.is_absent())
        return containers.error();
    const auto policy = TRY(facts.once(firewall_policy));
    const auto own = TRY(facts.once(sshd_listeners));
    return exposed_ports(policy, {ports_outside(own), {}}, listening,
                         containers ? *containers : std::vector<Container>{});
}

}
