#include "system/xt_copy.h"

#include "egress/own_names.h"
#include "system/xt_blocks.h"

#include <algorithm>
#include <netinet/in.h>

namespace harden {

static constexpr auto drop_chain = "HARDEN-DROP";
static constexpr auto refuse_chain = "HARDEN-REFUSE";
static constexpr auto metadata_chain = "HARDEN-META";
// Rules of xtables are walked one by one: longer lists are left to the sets of our own table.
static constexpr std::size_t most_addresses = 32;
static constexpr int widest_expanded_range = 16;

static std::string chain_for(const RefusedGroup& group)
{
    if (group.spared_tcp.empty() && group.spared_udp.empty() && group.open_to.empty())
        return drop_chain;
    return group.id == "metadata" ? metadata_chain : cat(our_chains, group.id);
}

static std::string xt_interface(std::string name)
{
    if (name.ends_with('*'))
        name.back() = '+';
    return name;
}

static XtRule to_ports(std::uint8_t protocol, const PortRange& ports, std::string verdict)
{
    return {.protocol = protocol,
            .matches = {xt_ports(protocol, ports)},
            .verdict = std::move(verdict)};
}

// A range of few ports is one rule a port, so that a search for "dpt:6667" finds it.
static std::vector<PortRange> one_by_one(const std::vector<PortRange>& ranges)
{
    std::vector<PortRange> ports;
    for (const auto& range : ranges) {
        if (range.last - range.first >= widest_expanded_range) {
            ports.push_back(range);
            continue;
        }
        for (int port = range.first; port <= range.last; ++port)
            ports.push_back({static_cast<std::uint16_t>(port), static_cast<std::uint16_t>(port)});
    }
    return ports;
}

static std::vector<XtRule> port_rules(const RefusedGroup& group)
{
    std::vector<XtRule> rules;
    for (const auto& ports : one_by_one(group.tcp))
        rules.push_back(to_ports(IPPROTO_TCP, ports, chain_for(group)));
    for (const auto& ports : one_by_one(group.udp))
        rules.push_back(to_ports(IPPROTO_UDP, ports, chain_for(group)));
    return rules;
}

// Each rule once for every address of the group.
static Result<std::vector<XtRule>> at_addresses(const std::vector<XtRule>& rules,
                                                const std::vector<std::string>& addresses)
{
    std::vector<XtRule> all;
    for (const auto& address : addresses) {
        const auto network = TRY(parse_network(address));
        for (auto rule : rules) {
            rule.destination = network;
            all.push_back(std::move(rule));
        }
    }
    return all;
}

static Result<std::vector<XtRule>> tagged_rules(const RefusedGroup& group, XtFamily family)
{
    auto rules = port_rules(group);
    if (group.open_to.size() > most_addresses)
        return std::vector<XtRule>{};
    if (has_addresses(group)) {
        if (addresses_of(group, family == XtFamily::V6).size() > most_addresses)
            return std::vector<XtRule>{};
        if (rules.empty())
            rules.push_back({.verdict = chain_for(group)});
        rules = TRY(at_addresses(rules, addresses_of(group, family == XtFamily::V6)));
    }
    for (auto& rule : rules)
        rule.matches.push_back(xt_comment(cat(our_tag, group.id)));
    return rules;
}

static XtChain refusing(XtFamily family)
{
    return {refuse_chain,
            {{.matches = {xt_limit(10, 20)}, .target = xt_nflog(77, "harden egress ")},
             {.protocol = IPPROTO_TCP, .target = xt_tcp_reset(family)},
             {.target = xt_prohibited(family)}}};
}

static Result<std::vector<XtRule>> allowing(const Ruleset& ruleset, XtFamily family)
{
    std::vector<XtRule> rules;
    for (const auto& [address, ports, source] : ruleset.allow) {
        const auto network = TRY(parse_network(address));
        if (network.is_v6 != (family == XtFamily::V6))
            continue;
        std::optional<Network> sender;
        if (!source.empty())
            sender = TRY(parse_network(source));
        for (const std::uint8_t protocol : {IPPROTO_TCP, IPPROTO_UDP}) {
            auto rule = to_ports(protocol, ports, "RETURN");
            rule.source = sender;
            rule.destination = network;
            rules.push_back(std::move(rule));
        }
    }
    return rules;
}

// Who sends, and where to: evaluated only after a port or an address has matched. RETURN goes
// back to DOCKER-USER, so that the operator's rules below ours still run.
static Result<XtChain> qualifying(const Ruleset& ruleset, XtFamily family)
{
    XtChain chain{drop_chain, {{.matches = {xt_reply_direction()}, .verdict = "RETURN"}}};
    for (auto& rule : TRY(allowing(ruleset, family)))
        chain.rules.push_back(std::move(rule));
    for (const auto& name : ruleset.container_interfaces)
        chain.rules.push_back({.out = xt_interface(name), .verdict = "RETURN"});
    for (const auto& name : ruleset.container_interfaces)
        chain.rules.push_back({.in = xt_interface(name), .verdict = refuse_chain});
    return chain;
}

static Result<XtChain> sparing(const RefusedGroup& group, XtFamily family)
{
    XtChain chain{chain_for(group), {}};
    for (const auto& text : group.open_to) {
        const auto sender = TRY(parse_network(text));
        if (sender.is_v6 == (family == XtFamily::V6))
            chain.rules.push_back({.source = sender, .verdict = "RETURN"});
    }
    for (const auto& ports : group.spared_tcp)
        chain.rules.push_back(to_ports(IPPROTO_TCP, ports, "RETURN"));
    for (const auto& ports : group.spared_udp)
        chain.rules.push_back(to_ports(IPPROTO_UDP, ports, "RETURN"));
    chain.rules.push_back({.verdict = drop_chain});
    return chain;
}

Result<XtCopy> xt_copy(const Ruleset& ruleset, XtFamily family)
{
    XtCopy copy;
    if (ruleset == Ruleset{})
        return copy;
    copy.chains.push_back(refusing(family));
    copy.chains.push_back(TRY(qualifying(ruleset, family)));
    for (const auto* group : groups_of(ruleset)) {
        if (group->tier == Tier::Soft || group == &ruleset.host_services)
            continue;
        auto rules = TRY(tagged_rules(*group, family));
        if (!rules.empty() && chain_for(*group) != drop_chain)
            copy.chains.push_back(TRY(sparing(*group, family)));
        std::ranges::move(rules, std::back_inserter(copy.tagged));
    }
    return copy;
}

static void compare_rules(const std::vector<XtRule>& is, const std::vector<XtRule>& wanted,
                          const RuleDrift& place, std::vector<RuleDrift>& found)
{
    if (is == wanted)
        return;
    const auto add = [&](std::string from, std::string to) {
        found.push_back({place.backend, place.family, place.what, std::move(from), std::move(to)});
    };
    if (is.empty() && wanted.size() > 1)
        return add("", cat(std::to_string(wanted.size()), " rules"));
    const auto before = found.size();
    auto missing = wanted;
    for (const auto& rule : is)
        if (const auto known = std::ranges::find(missing, rule); known != missing.end())
            missing.erase(known);
        else
            add(to_text(rule), "");
    for (const auto& rule : missing)
        add("", to_text(rule));
    if (found.size() == before)
        add("in another order", "in the order of the policy");
}

static const XtChain* find_chain(const XtCopy& copy, std::string_view name)
{
    const auto found = std::ranges::find(copy.chains, name, &XtChain::name);
    return found == copy.chains.end() ? nullptr : &*found;
}

std::vector<RuleDrift> copy_difference(const std::string& backend, XtFamily family,
                                       const XtCopy& is, const XtCopy& wanted)
{
    std::vector<RuleDrift> found;
    const auto place = [&](std::string_view chain) {
        return RuleDrift{backend, name_of(family), std::string{chain}, {}, {}};
    };
    compare_rules(is.tagged, wanted.tagged, place(docker_user_chain), found);
    for (const auto& chain : wanted.chains) {
        const auto* actual = find_chain(is, chain.name);
        if (actual == nullptr)
            found.push_back({backend, name_of(family), chain.name, "",
                             cat("chain of ", std::to_string(chain.rules.size()), " rules")});
        else
            compare_rules(actual->rules, chain.rules, place(chain.name), found);
    }
    for (const auto& chain : is.chains)
        if (find_chain(wanted, chain.name) == nullptr)
            found.push_back({backend, name_of(family), escaped(chain.name), "chain", ""});
    return found;
}

}
