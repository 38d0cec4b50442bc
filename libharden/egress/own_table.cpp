#include "egress/own_table.h"

#include "base/text.h"
#include "egress/own_names.h"
#include "egress/own_sets.h"

#include <algorithm>
#include <set>

namespace harden {

int priority_of(Hook hook)
{
    return hook == Hook::Prerouting ? -160 : -10; // -160: before DNAT (-100) changes the address
}

namespace {

// The chains, after the sets.
class Chains {
public:
    Chains(const Ruleset& ruleset, const std::vector<TableSet>& sets)
        : ruleset_{ruleset}
        , sets_{sets}
    {
    }
    std::vector<TableChain> all();

private:
    void add(std::string name, std::vector<RuleParts> rules, std::optional<Hook> hook = {});
    void add_settling_chain(const RefusedGroup& group);
    void add_group_chain(const RefusedGroup& group);
    void add_endings();
    void add_limits();
    void add_prerouting();
    void add_forward();
    void add_input();
    void add_output();
    std::vector<RuleParts> exceptions(const RefusedGroup& group) const;
    std::vector<RuleParts> lookups(const RefusedGroup& group, const std::string& chain) const;
    bool has_set(const std::string& name) const
    {
        return std::ranges::find(sets_, name, &TableSet::name) != sets_.end();
    }

    const Ruleset& ruleset_;
    const std::vector<TableSet>& sets_;
    std::vector<TableChain> chains_;
};

void append(std::vector<RuleParts>& rules, std::vector<RuleParts> more)
{
    std::ranges::move(more, std::back_inserter(rules));
}

RulePart verdict(Tier tier, Action action)
{
    if (tier == Tier::Soft)
        return part::Goto{"watch"};
    return part::Goto{action == Action::Drop ? "discard" : "refuse"};
}

// By family, and by sender.
void append_counts(std::vector<RuleParts>& rules, const std::string& group)
{
    for (const bool is_v6 : both_families)
        rules.push_back({part::Family{is_v6}, part::Count{counter_name(group, is_v6)},
                         part::CountSource{is_v6, sources_name(group, is_v6)}});
}

void Chains::add(std::string name, std::vector<RuleParts> rules, std::optional<Hook> hook)
{
    chains_.push_back({std::move(name), hook, std::move(rules)});
}

std::vector<RuleParts> Chains::exceptions(const RefusedGroup& group) const
{
    std::vector<RuleParts> rules;
    for (const auto transport : both_transports)
        if (!spared_of(group, transport).empty())
            rules.push_back({part::Port{transport, cat(group.id, "_spared", suffix(transport))},
                             part::Return{}});
    for (const bool is_v6 : both_families) {
        if (const auto open = cat(group.id, "_open", suffix(is_v6)); has_set(open))
            rules.push_back({part::Address{Side::Source, is_v6, open}, part::Return{}});
        for (const std::string_view name : {"allow", "allow_from", "allow_host"})
            if (const auto set = cat(name, suffix(is_v6)); has_set(set))
                for (const auto transport : both_transports)
                    rules.push_back(
                        {part::Target{is_v6, transport, name != "allow", set}, part::Return{}});
    }
    return rules;
}

void Chains::add_settling_chain(const RefusedGroup& group)
{
    auto rules = exceptions(group);
    append_counts(rules, group.id);
    rules.push_back({verdict(group.tier, group.action)});
    add(settling_chain(group), std::move(rules));
}

// Who sends, after the selective look-up of the destination.
void Chains::add_group_chain(const RefusedGroup& group)
{
    std::vector<RuleParts> rules{{part::Interface{Way::In, false}, part::Return{}}};
    const bool leaves = &group != &ruleset_.metadata && &group != &ruleset_.host_services;
    if (leaves)
        rules.push_back({part::Interface{Way::Out, true}, part::Return{}});
    rules.push_back({part::Goto{settling_chain(group)}});
    add(chain_of(group), std::move(rules));
}

void Chains::add_endings()
{
    add("refuse", {{part::LogLimit{}, part::Log{"harden egress "}},
                   {part::Protocol{Transport::Tcp}, part::Reset{}},
                   {part::Prohibited{}}});
    add("discard", {{part::LogLimit{}, part::Log{"harden egress "}}, {part::Drop{}}});
    add("watch", {{part::LogLimit{}, part::Log{"harden watch "}}});
}

// What no map fits: destination addresses, with or without ports, and wide ranges of ports.
std::vector<RuleParts> Chains::lookups(const RefusedGroup& group, const std::string& chain) const
{
    std::vector<RuleParts> rules;
    if (!has_addresses(group) && has_own_port_sets(group, ruleset_))
        for (const auto transport : both_transports)
            if (!ports_of(group, transport).empty())
                rules.push_back(
                    {part::Port{transport, cat(group.id, suffix(transport))}, part::Jump{chain}});
    for (const bool is_v6 : both_families) {
        if (addresses_of(group, is_v6).empty())
            continue;
        const part::Address address{Side::Destination, is_v6, cat(group.id, suffix(is_v6))};
        if (!has_ports(group))
            rules.push_back({address, part::Jump{chain}});
        for (const auto transport : both_transports)
            if (!ports_of(group, transport).empty())
                rules.push_back({address, part::Port{transport, cat(group.id, suffix(transport))},
                                 part::Jump{chain}});
    }
    return rules;
}

void Chains::add_limits()
{
    if (!has_limits(ruleset_))
        return;
    std::vector<RuleParts> over;
    append_counts(over, "rate");
    over.push_back({verdict(ruleset_.rate_tier, Action::Refuse)});
    add("rate_over", std::move(over));
    std::vector<RuleParts> rules;
    for (const bool is_v6 : both_families) {
        if (ruleset_.flows_per_second > 0)
            rules.push_back({part::RateOver{is_v6, cat("rate", suffix(is_v6)),
                                            ruleset_.flows_per_second, ruleset_.flow_burst},
                             part::Jump{"rate_over"}});
        if (ruleset_.parallel_flows > 0)
            rules.push_back(
                {part::FlowsOver{is_v6, cat("flows", suffix(is_v6)), ruleset_.parallel_flows},
                 part::Jump{"rate_over"}});
    }
    add("new_flow", std::move(rules));
}

void Chains::add_prerouting()
{
    add("prerouting", lookups(ruleset_.metadata, chain_of(ruleset_.metadata)), Hook::Prerouting);
}

// By direction, not by state: what runs already is cut, and untracked packets are judged too.
void Chains::add_forward()
{
    std::vector<RuleParts> rules{{part::Reply{}, part::Return{}},
                                 {part::PortMap{Transport::Tcp, "tcp_ports"}},
                                 {part::PortMap{Transport::Udp, "udp_ports"}}};
    for (const auto& group : ruleset_.groups)
        append(rules, lookups(group, chain_of(group)));
    if (has_limits(ruleset_))
        rules.push_back({part::FirstPacket{}, part::Interface{Way::In, true},
                         part::Interface{Way::Out, false}, part::Jump{"new_flow"}});
    add("forward", std::move(rules), Hook::Forward);
}

void Chains::add_input()
{
    std::vector<RuleParts> rules{{part::Reply{}, part::Return{}}};
    append(rules, lookups(ruleset_.host_services, chain_of(ruleset_.host_services)));
    add("input", std::move(rules), Hook::Input);
}

// Containers on the network of the node itself, known by their control group.
void Chains::add_output()
{
    if (ruleset_.host_cgroups.empty())
        return;
    auto judged = lookups(ruleset_.metadata, settling_chain(ruleset_.metadata));
    judged.push_back({part::PortMap{Transport::Tcp, "host_tcp_ports"}});
    judged.push_back({part::PortMap{Transport::Udp, "host_udp_ports"}});
    for (const auto& group : ruleset_.groups)
        append(judged, lookups(group, settling_chain(group)));
    add("host_network", std::move(judged));
    std::set<std::uint32_t> levels;
    for (const auto& cgroup : ruleset_.host_cgroups)
        levels.insert(level_of(cgroup));
    std::vector<RuleParts> rules{{part::Loopback{}, part::Return{}},
                                 {part::Reply{}, part::Return{}}};
    for (const auto level : levels)
        rules.push_back({part::Cgroup{level, cgroup_set(level)}, part::Jump{"host_network"}});
    add("output", std::move(rules), Hook::Output);
}

std::vector<TableChain> Chains::all()
{
    add_endings();
    for (const auto* group : groups_of(ruleset_)) {
        add_settling_chain(*group);
        add_group_chain(*group);
    }
    add_limits();
    add_prerouting();
    add_forward();
    add_input();
    add_output();
    return std::move(chains_);
}

}

static std::vector<std::string> own_counters(const Ruleset& ruleset)
{
    std::vector<std::string> counters;
    const auto add = [&](const std::string& group) {
        for (const bool is_v6 : both_families)
            counters.push_back(counter_name(group, is_v6));
    };
    for (const auto* group : groups_of(ruleset))
        add(group->id);
    if (has_limits(ruleset))
        add("rate");
    return counters;
}

Result<OwnTable> own_table(const Ruleset& ruleset)
{
    OwnTable table;
    table.sets = TRY(own_sets(ruleset));
    table.counters = own_counters(ruleset);
    table.chains = Chains{ruleset, table.sets}.all();
    return table;
}

}
