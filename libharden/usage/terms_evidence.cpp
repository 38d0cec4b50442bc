#include "base/json_view.h"
#include "node/address.h"
#include "usage/number.h"
#include "usage/terms.h"
#include "usage/window.h"

#include <algorithm>

namespace harden {

using Terms = std::vector<Term>;

static std::vector<Network> neighbourhood()
{
    std::vector<Network> networks;
    for (const auto block : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8",
                             "169.254.0.0/16", "fc00::/7", "fe80::/10"})
        networks.push_back(*parse_network(block));
    return networks;
}

// Neighbours on the node's own networks. What cannot be read is not one.
static bool is_neighbour(std::string_view address)
{
    static const auto networks = neighbourhood();
    const auto remote = parse_network(address);
    return remote && std::ranges::any_of(networks, [&remote](const Network& network) {
               return contains(network, *remote);
           });
}

static bool is_to_a_pool_port(const Flow& flow, const MinerRules& rules)
{
    return flow.answered && rules.terms.pool_port.ports.contains(flow.remote_port) &&
           !is_neighbour(flow.remote);
}

static const Flow* flow_to_a_pool_port(const Suspicion& of)
{
    if (!of.now.flows)
        return nullptr;
    const auto found = std::ranges::find_if(
        *of.now.flows, [&of](const Flow& flow) { return is_to_a_pool_port(flow, of.rules); });
    return found == of.now.flows->end() ? nullptr : &*found;
}

static bool has_sign(const Suspicion& of, SignKind kind)
{
    return of.now.evidence && has_sign(*of.now.evidence, kind);
}

static std::string signs(const Suspicion& of, SignKind kind)
{
    std::vector<std::string> seen;
    for (const auto& sign : of.now.evidence->seen)
        if (sign.kind == kind)
            seen.push_back(sign.what);
    return json_quoted(join(seen, ", "));
}

// Whether a connection is there that was there at an earlier look too.
static bool keeps_a_connection(const Suspicion& of)
{
    return std::ranges::any_of(of.track.flows, [&of](const KnownFlow& each) {
        return each.flow.established && each.since < of.track.last.stamp;
    });
}

// A conversation with a pool is small, however many processors work for it.
static bool says_little(const Suspicion& of)
{
    const auto most = of.rules.terms.long_flow.most;
    const auto talk = talk_over(of.window());
    return of.is_quiet() && talk.sent_per_second() < most && talk.received_per_second() < most;
}

// Words in memory are a miner's where it talks as one: a scanner of files knows them as well.
// Where connections cannot be seen, little traffic that never ends stands for one; without traffic
// nobody can tell.
static bool talks_as_a_miner(const Suspicion& of)
{
    if (!of.now.flows)
        return says_little(of);
    const bool is_connected = flow_to_a_pool_port(of) != nullptr || keeps_a_connection(of);
    return is_connected && says_little(of);
}

static void add_words(Terms& terms, std::string name, const Suspicion& of, SignKind kind)
{
    const bool is_stratum = kind == SignKind::Stratum;
    const auto& rule = is_stratum ? of.rules.terms.stratum : of.rules.terms.pool_name;
    if (!has_sign(of, kind))
        return;
    const bool was_there = is_stratum ? of.track.words.stratum : of.track.words.pool_name;
    const auto points = was_there && talks_as_a_miner(of) ? rule.points : rule.alone;
    if (points > 0)
        terms.push_back({std::move(name), signs(of, kind), points});
}

static void add_pool_port(Terms& terms, const Suspicion& of)
{
    const auto points = of.rules.terms.pool_port.points;
    const auto* flow = flow_to_a_pool_port(of);
    if (points == 0)
        return;
    if (flow != nullptr)
        terms.push_back({"pool_port", std::to_string(flow->remote_port), points});
    else if (has_sign(of, SignKind::PoolPort))
        terms.push_back({"pool_port", signs(of, SignKind::PoolPort), points});
}

static void add_refused(Terms& terms, const Suspicion& of)
{
    const auto& rule = of.rules.terms.refused;
    double packets = 0;
    for (const auto& each : of.window())
        packets += each.refused.value_or(0);
    if (packets >= rule.packets && rule.points > 0 && of.is_working())
        terms.push_back({"refused", number(packets, 0), rule.points});
}

Terms terms_of_evidence(const Suspicion& of)
{
    Terms terms;
    add_pool_port(terms, of);
    add_refused(terms, of);
    add_words(terms, "pool_name", of, SignKind::PoolName);
    if (has_sign(of, SignKind::Program) && of.rules.evidence.points > 0)
        terms.push_back({"evidence", signs(of, SignKind::Program), of.rules.evidence.points});
    add_words(terms, "stratum", of, SignKind::Stratum);
    return terms;
}

}
