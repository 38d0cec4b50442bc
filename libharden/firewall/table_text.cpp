#include "firewall/table_text.h"

#include "node/host_firewall_names.h"
#include "node/ports.h"

#include <algorithm>

namespace harden {

// Before iptables' filter and ufw's, so that what they accept is judged here first; a packet has to
// pass all of them.
static constexpr auto priority = "filter - 1";
static constexpr auto most_sources = "65535"; // remembered for the limit, of each family
static constexpr auto source_memory = "2m";   // longer than a burst takes to be forgiven

static constexpr std::string_view accepts_from_node = R"(        iifname "lo" accept
        icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept
        icmpv6 type { mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } ip6 saddr fe80::/10 accept
        ct state vmap { established : accept, related : accept, invalid : drop }
        icmp type { echo-request, destination-unreachable, time-exceeded, parameter-problem } accept
        icmpv6 type { echo-request, destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept
        udp sport 67 udp dport 68 accept
        ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept
)";

namespace {

std::string set_of(const std::vector<std::string>& members)
{
    return members.size() == 1 ? members.front() : cat("{ ", join(members, ", "), " }");
}

std::string ports_of(const std::vector<PortRange>& ranges)
{
    std::vector<std::string> members;
    for (const auto& range : ranges)
        members.push_back(to_text(range));
    return set_of(members);
}

std::string interfaces_of(const std::vector<std::string>& names)
{
    std::vector<std::string> members;
    for (const auto& name : names)
        members.push_back(cat("\"", name, "\""));
    return set_of(members);
}

// Of one family; no network lies in another one. Everybody: "0.0.0.0/0" alone.
std::vector<Network> of_family(const std::vector<Network>& networks, bool is_v6)
{
    std::vector<Network> chosen;
    for (const auto& network : networks) {
        const auto within = [&](const Network& outer) { return contains(outer, network); };
        if (network.is_v6 != is_v6 || std::ranges::any_of(chosen, within))
            continue;
        std::erase_if(chosen, [&](const Network& inner) { return contains(network, inner); });
        chosen.push_back(network);
    }
    return chosen;
}

std::string addresses_of(const std::vector<Network>& networks)
{
    std::vector<std::string> members;
    for (const auto& network : networks)
        members.push_back(to_text(network));
    std::ranges::sort(members);
    return set_of(members);
}

bool is_everybody(const std::vector<Network>& networks)
{
    return networks.size() == 1 && networks.front().prefix == 0;
}

// What a rule asks of the sender, once for each family that has to be asked for: "", or
// "ip saddr 10.0.0.0/8 ", "meta nfproto ipv6 ".
std::vector<std::string> conditions_of(const Senders& senders)
{
    const auto four = of_family(senders.from, false);
    const auto six = of_family(senders.from, true);
    std::string interfaces;
    if (std::ranges::find(senders.interfaces, "*") == senders.interfaces.end())
        interfaces = cat("iifname ", interfaces_of(senders.interfaces), " ");
    if (is_everybody(four) && is_everybody(six))
        return {interfaces};
    std::vector<std::string> conditions;
    if (!four.empty())
        conditions.push_back(cat(interfaces, is_everybody(four)
                                                 ? "meta nfproto ipv4 "
                                                 : cat("ip saddr ", addresses_of(four), " ")));
    if (!six.empty())
        conditions.push_back(cat(interfaces, is_everybody(six)
                                                 ? "meta nfproto ipv6 "
                                                 : cat("ip6 saddr ", addresses_of(six), " ")));
    return conditions;
}

std::string counted(std::string_view counter)
{
    return cat("counter name \"", counter, "\" ");
}

// One rule a line; what cannot be is left out.
class Writer {
public:
    template<class... Parts>
    void rule(const Parts&... parts)
    {
        text_ += cat("        ", parts..., "\n");
    }
    template<class... Parts>
    void line(const Parts&... parts)
    {
        text_ += cat(parts..., "\n");
    }
    void add(std::string_view text) { text_ += text; }
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

void add_counters(Writer& to)
{
    for (const auto* name :
         {refused_node, refused_containers, refused_transit, refused_denied, refused_ssh_rate})
        to.line("    counter ", name, " { }");
}

void add_sources(Writer& to)
{
    for (const auto* set : {"ssh_sources4 { type ipv4_addr", "ssh_sources6 { type ipv6_addr"})
        to.line("    set ", set, "; size ", most_sources, "; flags dynamic,timeout; timeout ",
                source_memory, "; }");
}

void add_ssh(Writer& to, const FirewallPolicy& policy)
{
    const auto over =
        cat(" limit rate over ", std::to_string(policy.ssh_per_minute), "/minute burst ",
            std::to_string(policy.ssh_burst), " packets } ", counted(refused_ssh_rate), "drop");
    to.line("    chain ssh {");
    to.rule("update @ssh_sources4 { ip saddr", over);
    to.rule("update @ssh_sources6 { ip6 saddr & ffff:ffff:ffff:ffff::", over);
    to.rule("accept");
    to.line("    }");
}

void add_denied(Writer& to, const FirewallPolicy& policy)
{
    for (const bool is_v6 : {false, true})
        if (const auto denied = of_family(policy.deny, is_v6); !denied.empty())
            to.rule(is_v6 ? "ip6" : "ip", " saddr ", addresses_of(denied), " ",
                    counted(refused_denied), "drop");
}

void add_rule(Writer& to, const InboundRule& rule)
{
    for (const auto& condition : conditions_of(rule.senders)) {
        if (!rule.tcp.empty())
            to.rule(condition, "tcp dport ", ports_of(rule.tcp), " accept comment \"", rule.name,
                    "\"");
        if (!rule.udp.empty())
            to.rule(condition, "udp dport ", ports_of(rule.udp), " accept comment \"", rule.name,
                    "\"");
    }
}

// Also the rules for containers: where the engine does not translate addresses, as for IPv6 on a
// network without it, its proxy listens on the node.
void add_input(Writer& to, const FirewallPolicy& policy, const FirewallFacts& facts)
{
    const auto ssh = ssh_ports_of(policy, facts);
    to.line("    chain input {");
    to.rule("type filter hook input priority ", priority, "; policy drop;");
    to.add(accepts_from_node);
    if (policy.to_node == FromContainers::Allow)
        for (const auto& name : policy.inside)
            to.rule("iifname \"", name, "\" accept");
    if (const auto& own = facts.operator_address; own && !facts.ssh_ports.empty())
        to.rule(own->is_v6 ? "ip6" : "ip", " saddr ", to_text(*own), " tcp dport ",
                ports_of(ssh_ports_of({}, facts)), " accept comment \"operator\"");
    add_denied(to, policy);
    if (!ssh.empty())
        for (const auto& condition : conditions_of(policy.ssh))
            to.rule(condition, "tcp dport ", ports_of(ssh), " goto ssh");
    for (const auto& rule : policy.allow)
        add_rule(to, rule);
    to.rule(counted(refused_node));
    to.line("    }");
}

void add_published(Writer& to, const InboundRule& rule, std::string_view protocol,
                   const std::vector<PortRange>& ports)
{
    for (const auto& condition : conditions_of(rule.senders))
        for (const auto& range : ports)
            to.rule(condition, "ct status dnat meta l4proto ", protocol, " ct original proto-dst ",
                    to_text(range), " accept comment \"", rule.name, "\"");
}

void add_forward(Writer& to, const FirewallPolicy& policy)
{
    to.line("    chain forward {");
    to.rule("type filter hook forward priority ", priority, "; policy accept;");
    for (const auto& name : policy.inside)
        to.rule("iifname \"", name, "\" accept");
    to.rule("ct state established,related accept");
    add_denied(to, policy);
    for (const auto& rule : policy.allow)
        if (rule.reach == Reach::Containers) {
            add_published(to, rule, "tcp", rule.tcp);
            add_published(to, rule, "udp", rule.udp);
        }
    for (const auto& name : policy.inside)
        to.rule("oifname \"", name, "\" ", counted(refused_containers), "drop");
    if (policy.transit == Transit::Refuse)
        to.rule(counted(refused_transit), "drop");
    to.line("    }");
}

}

std::vector<PortRange> ssh_ports_of(const FirewallPolicy& policy, const FirewallFacts& facts)
{
    if (!policy.ssh_ports.empty())
        return policy.ssh_ports;
    std::vector<PortRange> ports;
    for (const auto port : facts.ssh_ports)
        ports.push_back({port, port});
    return disjoint(std::move(ports));
}

std::string table_text(const FirewallPolicy& policy, const FirewallFacts& facts)
{
    Writer to;
    to.line("table inet ", inbound_table, " {");
    add_counters(to);
    add_sources(to);
    add_ssh(to, policy);
    add_input(to, policy, facts);
    add_forward(to, policy);
    to.line("}");
    return to.text();
}

}
