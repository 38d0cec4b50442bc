#include "steps/firewall.h"

#include "node/host_firewall_names.h"
#include "steps/firewall_rehearsal.h"
#include "steps/transaction.h"

#include <algorithm>
#include <memory>

namespace harden {

static constexpr std::string_view operator_line = "# operator ";

static Result<std::string> recorded_table(const Host& host)
{
    const auto text = host.read(recorded_table_file);
    return text.is_absent() ? Result<std::string>{std::string{}} : text;
}

static Result<std::optional<Network>> recorded_operator(const Host& host)
{
    const auto text = TRY(recorded_table(host));
    const auto first = std::string_view{text}.substr(0, text.find('\n'));
    if (!first.starts_with(operator_line))
        return std::optional<Network>{};
    return std::optional{
        TRY(parse_network(first.substr(operator_line.size())).during(recorded_table_file))};
}

static Result<FirewallFacts> facts_of(const Host& host,
                                      const std::optional<FirewallOperator>& protects)
{
    FirewallFacts facts;
    facts.ssh_ports = TRY(listening_ssh_ports(host, TRY(listeners(host))));
    if (!protects) {
        facts.operator_address = TRY(recorded_operator(host));
        return facts;
    }
    facts.operator_address = TRY(parse_network(protects->address));
    if (std::ranges::find(facts.ssh_ports, protects->port) == facts.ssh_ports.end())
        facts.ssh_ports.push_back(protects->port); // behind something that is not sshd by name
    return facts;
}

static std::string recorded_text(const FirewallPolicy& policy, const FirewallFacts& facts)
{
    const auto& own = facts.operator_address;
    return cat(own ? cat(operator_line, to_text(*own), "\n") : "", table_text(policy, facts));
}

static Result<> write_if_other(Host& host, const std::string& text)
{
    if (TRY(recorded_table(host)) == text)
        return done;
    return host.write(recorded_table_file, text, {.mode = 0600, .owner = 0, .group = 0});
}

// A plan and the change that follows it rehearse once.
using Rehearsed = std::shared_ptr<std::string>;

static std::vector<OwnUnit> firewall_units()
{
    // it waits for the lock that an apply holds
    return {
        {.name = "harden-firewall.service", .program = firewall_program, .is_waited_for = false}};
}

static Result<> apply_firewall(Node& node, const FirewallOptions& options,
                               const Rehearsed& rehearsed)
{
    const auto facts = TRY(facts_of(node.host(), options.protects));
    if (options.protects)
        TRY(check_way_in(options.policy, facts, *options.protects));
    const auto text = recorded_text(options.policy, facts);
    const auto drift = TRY(node.firewall().inbound_difference(text));
    if (options.protects && !drift.empty() && *rehearsed != text) {
        TRY(rehearse_way_in(options.policy, facts, *options.protects, options.rehearse));
        *rehearsed = text;
    }
    // first the record: an undo restores it and then brings the kernel back to what it says
    TRY(write_if_other(node.host(), text));
    if (!drift.empty())
        TRY(node.firewall().replace_inbound(text));
    return install_units(node.host(), firewall_units(), options.program);
}

static Result<> remove_firewall(Node& node)
{
    TRY(uninstall_units(node.host(), firewall_units()));
    const auto held = TRY(node.firewall().inbound_difference({}));
    if (!node.host().status(recorded_table_file).is_absent())
        TRY(node.host().remove(recorded_table_file));
    return held.empty() ? Result<>{done} : node.firewall().replace_inbound({});
}

Step firewall_step(FirewallOptions options)
{
    const Command restore{options.program, "restore"};
    return {.id = "firewall",
            .title = "Host firewall",
            .settles = {"firewall.default-deny"},
            .apply = [options = std::move(options), rehearsed = std::make_shared<std::string>()](
                         Node& node) { return apply_firewall(node, options, rehearsed); },
            .restore_firewall = restore};
}

Step firewall_removal_step(std::string program)
{
    return {.id = "firewall-removal",
            .title = "Host firewall, removed",
            .settles = {},
            .apply = remove_firewall,
            .restore_firewall = {std::move(program), "restore"}};
}

Result<> restore_firewall(Node& node)
{
    return node.firewall().replace_inbound(TRY(recorded_table(node.host())));
}

// A container's end of a wire, a bridge's port, or what is switched off passes nothing on.
static bool passes_nothing(const Host& host, const std::string& name)
{
    const auto directory = Path{"/sys/class/net"} / name;
    const auto state = host.read(directory / "operstate");
    return name == "lo" || name.starts_with("veth") || host.status(directory / "master") ||
           (state && trim(*state) == "down");
}

// Those between which the table passes nothing on: there have to be two.
static Result<std::vector<std::string>> parted_interfaces(const Host& host,
                                                          const FirewallPolicy& policy)
{
    std::vector<std::string> names;
    if (policy.transit == Transit::Allow)
        return names;
    for (const auto& name : TRY(host.list("/sys/class/net")))
        if (!is_one_of(policy.inside, name) && !passes_nothing(host, name))
            names.push_back(name);
    if (names.size() < 2)
        names.clear();
    return names;
}

Result<FirewallView> view_firewall(const Node& node, const FirewallPolicy& policy)
{
    const auto& host = node.host();
    const auto listening = TRY(listeners(host));
    const FirewallFacts facts{TRY(listening_ssh_ports(host, listening)), {}};
    const auto containers = node.docker().containers();
    FirewallView view;
    if (!containers && !containers.is_absent())
        view.unseen = containers.error().message;
    view.ports = exposed_ports(policy, facts, listening,
                               containers ? *containers : std::vector<Container>{});
    view.transit = TRY(parted_interfaces(host, policy));
    view.managers = TRY(other_managers(host));
    view.is_in_force = !TRY(node.firewall().inbound_difference({})).empty();
    return view;
}

Changes closing_ports(const FirewallView& view)
{
    Changes changes;
    if (view.is_in_force) // then they are closed already
        return changes;
    for (const auto& port : view.ports)
        if (port.state == Exposed::Closed)
            changes.push_back({cat("port ", name_of(port)), "open", "closed"});
    return changes;
}

}
