#include "egress/container_nft.h"

#include "egress/container_ingress.h"
#include "egress/container_text.h"
#include "node/ports.h"

#include <algorithm>
#include <set>

namespace harden {

using container_text::container_key;

// Before the node's own policy (-10), which judges what is left open here.
static constexpr auto priority = "-20";
// Before Docker's DNAT (-100).
static constexpr auto redirect_priority = "-110";
static constexpr auto dns_port = "53";
static constexpr auto dns_set_size = "4096"; // addresses of one container
static constexpr auto both_protocols = "meta l4proto { tcp, udp } th dport ";
std::string dns_set(std::string_view id, bool is_v6)
{
    return cat(is_v6 ? "dns6_" : "dns4_", container_key(id));
}

// A set's elements keep the limit that they were made with, so another limit is another set.
std::string quota_set(std::string_view id, const ByteQuota& quota)
{
    return cat("used_", container_key(id), "_", std::to_string(quota.bytes), "_",
               std::to_string(quota.period.count()));
}

namespace {

using namespace container_text;

std::string port_text(std::uint16_t port)
{
    return std::to_string(port);
}

void add_sets(Writer& to, const ContainerPolicy& policy)
{
    if (policy.needs_dns()) {
        for (const bool is_v6 : {false, true})
            to.line("  set ", dns_set(policy.id, is_v6), " { type ",
                    is_v6 ? "ipv6_addr" : "ipv4_addr", "; flags timeout; size ", dns_set_size,
                    "; }");
    }
    if (policy.quota)
        to.line("  set ", quota_set(policy.id, *policy.quota),
                " { type mark; flags dynamic,timeout; size 2; timeout ",
                std::to_string(policy.quota->period.count()), "s; }");
}

// One element, whichever family and direction the packet has: its key is the constant 0. It is
// made by the first packet and expires with the period.
std::string over_quota(const ContainerPolicy& policy)
{
    return cat("add @", quota_set(policy.id, *policy.quota), " { meta mark & 0x0 timeout ",
               std::to_string(policy.quota->period.count()), "s quota over ",
               std::to_string(policy.quota->bytes), " bytes } goto refuse");
}

void add_targets(Writer& to, const ContainerPolicy& policy)
{
    for (const auto& target : policy.targets) {
        const auto address =
            cat(target.network.is_v6 ? "ip6" : "ip", " daddr ", to_text(target.network));
        if (target.ports)
            to.rule(address, " ", both_protocols, to_text(*target.ports), " return");
        else
            to.rule(address, " return");
    }
}

// To the node itself nothing is opened by a name: whoever answers for it could name the node.
void add_host_chain(Writer& to, const ContainerPolicy& policy)
{
    to.begin_chain(cat("host_", container_key(policy.id)));
    if (policy.mode == ContainerMode::Allow) {
        to.rule("ct direction reply return");
        to.rule(neighbour_discovery, " return");
        add_targets(to, policy);
    }
    if (policy.mode != ContainerMode::Open)
        to.rule("goto refuse");
    to.end();
}

void add_out_chain(Writer& to, const ContainerPolicy& policy)
{
    to.begin_chain(cat("out_", container_key(policy.id)));
    if (policy.mode != ContainerMode::None && policy.quota)
        to.rule(over_quota(policy));
    if (policy.mode == ContainerMode::Allow) {
        to.rule("ct direction reply return");
        if (policy.needs_dns()) {
            to.rule("ip daddr @", dns_set(policy.id, false), " return");
            to.rule("ip6 daddr @", dns_set(policy.id, true), " return");
        }
        add_targets(to, policy);
    }
    if (policy.mode != ContainerMode::Open)
        to.rule("goto refuse");
    to.end();
}

void add_in_chain(Writer& to, const ContainerPolicy& policy)
{
    to.begin_chain(cat("in_", container_key(policy.id)));
    if (policy.mode == ContainerMode::None)
        to.rule("goto refuse");
    else if (policy.quota)
        to.rule(over_quota(policy));
    to.end();
}

// "172.17.0.2 : jump out_…", of all containers that `wanted` picks.
std::vector<std::string> jumps(const ContainerPlan& plan, bool is_v6, std::string_view chain,
                               bool (*wanted)(const ContainerPolicy&))
{
    std::vector<std::string> found;
    for (const auto& container : plan) {
        if (!wanted(container.policy))
            continue;
        const auto target = cat(" : jump ", chain, "_", container_key(container.policy.id));
        for (const auto& link : container.links) {
            if (is_v6)
                for (const auto& address : link.addresses6)
                    found.push_back(cat(address, target));
            else if (!link.address4.empty())
                found.push_back(cat(link.address4, target));
        }
    }
    return found;
}

bool any(const ContainerPolicy&)
{
    return true;
}
bool is_cut_off(const ContainerPolicy& policy)
{
    return policy.mode == ContainerMode::None;
}
bool counts_or_cuts_off(const ContainerPolicy& policy)
{
    return is_cut_off(policy) || policy.quota;
}

void add_jumps(Writer& to, const ContainerPlan& plan, std::string_view field,
               std::string_view chain, bool (*wanted)(const ContainerPolicy&))
{
    if (const auto four = jumps(plan, false, chain, wanted); !four.empty())
        to.rule("ip ", field, " vmap ", braced(four));
    if (const auto six = jumps(plan, true, chain, wanted); !six.empty())
        to.rule("ip6 ", field, " vmap ", braced(six));
}

void begin_base_chain(Writer& to, std::string_view hook)
{
    to.begin_chain(hook);
    to.rule("type filter hook ", hook, " priority ", priority, "; policy accept;");
}

void add_base_chains(Writer& to, const ContainerPlan& plan)
{
    const auto port = port_text(dns_proxy_port);
    begin_base_chain(to, "forward");
    add_jumps(to, plan, "saddr", "out", any);
    add_jumps(to, plan, "daddr", "in", counts_or_cuts_off);
    to.end();
    begin_base_chain(to, "input");
    // the proxy is for those who were led to it, and for nobody who asks for its port
    to.rule(both_protocols, port, " ct status dnat accept");
    to.rule(both_protocols, port, " iifname != \"lo\" drop");
    add_jumps(to, plan, "saddr", "host", is_closed);
    to.end();
    begin_base_chain(to, "output");
    add_jumps(to, plan, "daddr", "in", is_cut_off);
    to.end();
}

// "docker0" . 172.17.0.2: who sends from there by another way is led nowhere.
std::vector<std::string> dns_clients(const ContainerPlan& plan, bool is_v6)
{
    std::vector<std::string> found;
    for (const auto& container : plan) {
        if (!container.policy.needs_dns())
            continue;
        for (const auto& link : container.links) {
            const auto bridge = cat("\"", link.link.bridge, "\" . ");
            if (is_v6)
                for (const auto& address : link.addresses6)
                    found.push_back(cat(bridge, address));
            else if (!link.address4.empty())
                found.push_back(cat(bridge, link.address4));
        }
    }
    return found;
}

void add_redirect(Writer& to, const ContainerPlan& plan)
{
    to.begin_chain("dns");
    to.rule("type nat hook prerouting priority ", redirect_priority, "; policy accept;");
    for (const bool is_v6 : {false, true})
        if (const auto clients = dns_clients(plan, is_v6); !clients.empty())
            to.rule("iifname . ", is_v6 ? "ip6" : "ip", " saddr ", braced(clients), " ",
                    both_protocols, dns_port, " redirect to :", port_text(dns_proxy_port));
    to.end();
}

void add_refuse(Writer& to)
{
    to.begin_chain("refuse");
    to.rule("meta l4proto tcp reject with tcp reset");
    to.rule("reject with icmpx admin-prohibited");
    to.end();
}

Result<> writable(const ContainerPlan& plan)
{
    std::set<std::string> keys;
    std::set<std::string> addresses;
    for (const auto& container : plan) {
        if (!is_container_id(container.policy.id) ||
            !keys.insert(container_key(container.policy.id)).second)
            return Error{ErrorKind::Failed,
                         cat("container id ", escaped(container.policy.id),
                             ": not 64 digits, or its first 16 are another container's"),
                         {}};
        for (const auto& link : container.links) {
            TRY(writable(link));
            if (!link.address4.empty() && !addresses.insert(link.address4).second)
                return Error{ErrorKind::Failed,
                             cat("two containers have the address ", link.address4),
                             "look at docker network inspect"};
        }
    }
    return done;
}

std::string inet_table(const ContainerPlan& plan)
{
    Writer to;
    to.line("table inet ", container_table, " {");
    for (const auto& container : plan)
        add_sets(to, container.policy);
    add_refuse(to);
    for (const auto& container : plan) {
        add_host_chain(to, container.policy);
        add_out_chain(to, container.policy);
        add_in_chain(to, container.policy);
    }
    add_redirect(to, plan);
    add_base_chains(to, plan);
    to.line("}");
    return to.text;
}

}

Result<std::string> container_rules(const ContainerPlan& plan)
{
    ContainerPlan active;
    std::ranges::copy_if(plan, std::back_inserter(active), [](const PlacedContainer& container) {
        // the count of one that is just being started again goes on
        return !container.policy.is_nothing() &&
               (!container.links.empty() || container.policy.quota);
    });
    if (active.empty())
        return std::string{};
    TRY(writable(active));
    return cat(inet_table(active), ingress_table(active));
}

}
