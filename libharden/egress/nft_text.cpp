#include "egress/nft_text.h"

#include "base/text.h"
#include "egress/nft_names.h"
#include "egress/ports.h"

namespace harden {

static constexpr auto refusal_log = R"(log prefix "harden egress " group 77)";
static constexpr auto watch_log = R"(log prefix "harden watch " group 77)";
static constexpr auto log_limit = "limit rate 10/second burst 20 packets ";

namespace {

// Writes the transaction in three passes: objects are declared, emptied, filled.
class Writer {
public:
    explicit Writer(const Ruleset& ruleset)
        : ruleset_{ruleset}
        , objects_{table_objects(ruleset)}
    {
    }

    std::string transaction(Loading loading);

private:
    void declare(Loading loading);
    void empty();
    void fill_sets();
    void fill_maps();
    void fill_chains();

    void add(const std::string& line) { text_ += line + "\n"; }
    void elements(std::string_view set, const std::vector<std::string>& values);
    void rule(std::string_view chain, std::string_view body);
    void group_chain(const RefusedGroup& group, const std::vector<std::string>& interface_tests);
    void spares(const RefusedGroup& group, const std::string& chain);
    void verdict(const std::string& chain, Tier tier, Action action);
    void forward_jumps(const RefusedGroup& group, bool is_v6);
    void new_flow_chain();
    void endings();

    const Ruleset& ruleset_;
    TableObjects objects_;
    std::string text_;
};

}

static std::string table_name()
{
    return cat("inet ", own_table, " ");
}

void Writer::declare(Loading loading)
{
    add(cat("add table inet ", own_table));
    if (loading == Loading::Rebuild) {
        add(cat("delete table inet ", own_table));
        add(cat("add table inet ", own_table));
    }
    for (const auto& [name, type] : objects_.sets)
        add(cat("add set ", table_name(), name, " { ", type, " }"));
    for (const auto& name : objects_.counters)
        add(cat("add counter ", table_name(), name));
    for (const auto& [name, hook] : objects_.chains)
        add(cat("add chain ", table_name(), name, hook.empty() ? "" : cat(" { ", hook, " }")));
    for (const auto& [name, type] : objects_.maps)
        add(cat("add map ", table_name(), name, " { ", type, " }"));
}

void Writer::empty()
{
    for (const auto& [name, hook] : objects_.chains)
        add(cat("flush chain ", table_name(), name));
    for (const auto& [name, type] : objects_.maps)
        add(cat("flush map ", table_name(), name));
    for (const auto& [name, type] : objects_.sets)
        if (type.find("dynamic") == std::string::npos)
            add(cat("flush set ", table_name(), name));
}

void Writer::elements(std::string_view set, const std::vector<std::string>& values)
{
    if (!values.empty())
        add(cat("add element ", table_name(), set, " { ", join(values, ", "), " }"));
}

static std::vector<std::string> texts(const std::vector<PortRange>& ports)
{
    std::vector<std::string> values;
    for (const auto& range : ports)
        values.push_back(to_text(range));
    return values;
}

static std::vector<std::string> quoted(const std::vector<std::string>& names)
{
    std::vector<std::string> values;
    for (const auto& name : names)
        values.push_back(cat("\"", name, "\""));
    return values;
}

void Writer::fill_sets()
{
    elements("container_if", quoted(ruleset_.container_interfaces));
    std::vector<std::string> allow4;
    std::vector<std::string> allow6;
    for (const auto& [address, ports, source] : ruleset_.allow)
        (address.find(':') == std::string::npos ? allow4 : allow6)
            .push_back(cat(address, " . ", to_text(ports)));
    elements("allow_4", allow4);
    elements("allow_6", allow6);
    for (const auto* group : groups_of(ruleset_)) {
        elements(cat(group->id, "_4"), group->addresses4);
        elements(cat(group->id, "_6"), group->addresses6);
        elements(cat(group->id, "_spared_tcp"), texts(group->spared_tcp));
        elements(cat(group->id, "_spared_udp"), texts(group->spared_udp));
        if (!has_own_port_sets(*group, ruleset_))
            continue;
        elements(cat(group->id, "_tcp"), texts(group->tcp));
        elements(cat(group->id, "_udp"), texts(group->udp));
    }
}

void Writer::fill_maps()
{
    std::vector<std::string> tcp;
    std::vector<std::string> udp;
    for (const auto& group : ruleset_.groups) {
        if (has_own_port_sets(group, ruleset_))
            continue;
        for (const auto& range : group.tcp)
            tcp.push_back(cat(to_text(range), " : jump ", chain_of(group)));
        for (const auto& range : group.udp)
            udp.push_back(cat(to_text(range), " : jump ", chain_of(group)));
    }
    elements("tcp_ports", tcp);
    elements("udp_ports", udp);
}

void Writer::rule(std::string_view chain, std::string_view body)
{
    add(cat("add rule ", table_name(), chain, " ", body));
}

// Everything after the first, selective look-up: who sends, what is spared, what happens.
void Writer::group_chain(const RefusedGroup& group, const std::vector<std::string>& interface_tests)
{
    const auto chain = chain_of(group);
    for (const auto& test : interface_tests)
        rule(chain, test);
    spares(group, chain);
    if (has_allowed(ruleset_, false))
        rule(chain, "meta l4proto { tcp, udp } ip daddr . th dport @allow_4 return");
    if (has_allowed(ruleset_, true))
        rule(chain, "meta l4proto { tcp, udp } ip6 daddr . th dport @allow_6 return");
    rule(chain, cat("meta nfproto ipv4 counter name ", counter_name(group.id, false)));
    rule(chain, cat("meta nfproto ipv6 counter name ", counter_name(group.id, true)));
    verdict(chain, group.tier, group.action);
}

void Writer::spares(const RefusedGroup& group, const std::string& chain)
{
    if (!group.spared_tcp.empty())
        rule(chain, cat("tcp dport @", group.id, "_spared_tcp return"));
    if (!group.spared_udp.empty())
        rule(chain, cat("udp dport @", group.id, "_spared_udp return"));
}

void Writer::verdict(const std::string& chain, Tier tier, Action action)
{
    if (tier == Tier::Soft)
        rule(chain, cat(log_limit, watch_log));
    else
        rule(chain, action == Action::Drop ? "goto discard" : "goto refuse");
}

void Writer::forward_jumps(const RefusedGroup& group, bool is_v6)
{
    if ((is_v6 ? group.addresses6 : group.addresses4).empty())
        return;
    const auto destination =
        cat(is_v6 ? "ip6 daddr @" : "ip daddr @", group.id, is_v6 ? "_6" : "_4");
    const auto jump = cat(" jump ", chain_of(group));
    if (!has_ports(group))
        rule("forward", cat(destination, jump));
    if (!group.tcp.empty())
        rule("forward", cat(destination, " tcp dport @", group.id, "_tcp", jump));
    if (!group.udp.empty())
        rule("forward", cat(destination, " udp dport @", group.id, "_udp", jump));
}

void Writer::new_flow_chain()
{
    if (ruleset_.flows_per_second == 0)
        return;
    // the first packet of a flow: "ct state new" would count every packet of one-way UDP
    rule("forward", "ct status and confirmed != confirmed iifname @container_if "
                    "oifname != @container_if jump new_flow");
    const auto limit = cat(" limit rate over ", std::to_string(ruleset_.flows_per_second),
                           "/second burst ", std::to_string(ruleset_.flow_burst), " packets }");
    rule("new_flow", cat("add @rate_4 { ip saddr", limit, " counter name rate_ip jump rate_over"));
    rule("new_flow",
         cat("add @rate_6 { ip6 saddr", limit, " counter name rate_ip6 jump rate_over"));
    verdict("rate_over", ruleset_.rate_tier, Action::Refuse);
}

void Writer::endings()
{
    rule("refuse", cat(log_limit, refusal_log));
    rule("refuse", "meta l4proto tcp reject with tcp reset");
    rule("refuse", "reject with icmpx admin-prohibited");
    rule("discard", cat(log_limit, refusal_log));
    rule("discard", "drop");
}

void Writer::fill_chains()
{
    const std::string from_containers = "iifname != @container_if return";
    const std::string to_containers = "oifname @container_if return";
    const auto& metadata = ruleset_.metadata;
    if (!metadata.addresses4.empty())
        rule("prerouting", cat("ip daddr @metadata_4 jump ", chain_of(metadata)));
    if (!metadata.addresses6.empty())
        rule("prerouting", cat("ip6 daddr @metadata_6 jump ", chain_of(metadata)));
    if (has_addresses(metadata))
        group_chain(metadata, {from_containers});

    // by direction, not by state: what runs already is cut, and untracked packets are judged too
    rule("forward", "ct direction reply return");
    rule("forward", "tcp dport vmap @tcp_ports");
    rule("forward", "udp dport vmap @udp_ports");
    for (const auto& group : ruleset_.groups) {
        forward_jumps(group, false);
        forward_jumps(group, true);
        group_chain(group, {from_containers, to_containers});
    }
    new_flow_chain();

    const auto& host = ruleset_.host_services;
    rule("input", "ct direction reply return");
    if (!host.tcp.empty())
        rule("input", cat("tcp dport @host-services_tcp jump ", chain_of(host)));
    if (!host.udp.empty())
        rule("input", cat("udp dport @host-services_udp jump ", chain_of(host)));
    if (has_ports(host))
        group_chain(host, {from_containers});
    endings();
}

std::string Writer::transaction(Loading loading)
{
    declare(loading);
    if (loading == Loading::Refill)
        empty();
    fill_sets();
    fill_maps();
    fill_chains();
    return std::move(text_);
}

std::string nft_transaction(const Ruleset& ruleset, Loading loading)
{
    return Writer{ruleset}.transaction(loading);
}

}
