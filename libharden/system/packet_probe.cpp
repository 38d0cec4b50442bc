#include "system/packet_probe.h"

#include "system/netlink.h"
#include "system/network_namespace.h"
#include "system/packet_attempts.h"
#include "system/packet_responder.h"
#include "system/probe_cleaner.h"

#include <arpa/inet.h>
#include <set>
#include <unistd.h>

namespace harden {

namespace {

constexpr auto any4 = "0.0.0.0/0";
constexpr auto any6 = "::/0";
constexpr auto inner_link = "eth0"; // of either namespace
// Link-local next hops: what counts is the hardware address that is fixed to them.
constexpr auto node_hop6 = "fe80::1";
constexpr auto responder_hop6 = "fe80::2";
constexpr auto node_answer4 = "198.19.255.1/30"; // of the range for benchmarks, RFC 2544
constexpr auto responder4 = "198.19.255.2/30";
constexpr std::uint32_t rule_priority = 73; // before every table but the local one

std::string without_prefix(std::string_view address)
{
    return std::string{split(address, '/').front()};
}

// The last host address of the bridge's network: Docker gives addresses away from the first on.
Result<std::string> scratch_address(const std::string& bridge, const LinkFacts& link)
{
    const auto parts = split(link.addresses.front(), '/');
    const auto length = parts.size() == 2 ? to_number(parts[1]).value_or(0) : 0;
    in_addr own{};
    if (inet_pton(AF_INET, std::string{parts[0]}.c_str(), &own) != 1 || length < 8 || length > 29)
        return Error{ErrorKind::Unsupported,
                     cat(bridge, ": no room for a scratch address in ", link.addresses.front()),
                     {}};
    const auto host_bits = (std::uint32_t{1} << (32 - length)) - 1;
    in_addr last{.s_addr = htonl((ntohl(own.s_addr) | host_bits) - 1)};
    char text[INET_ADDRSTRLEN] = {};
    inet_ntop(AF_INET, &last, text, sizeof text);
    return cat(text, "/", std::to_string(length));
}

Result<PacketSource> completed(PacketSource source)
{
    const auto node = TRY(Netlink::open());
    const auto link = TRY(node.link(source.bridge));
    if (link.addresses.empty())
        return Error{ErrorKind::NotFound, cat(source.bridge, " has no IPv4 address"), {}};
    if (source.address4.empty())
        source.address4 = TRY(scratch_address(source.bridge, link));
    if (source.address6.empty())
        source.address6 = probe::source6;
    return source;
}

// One run of the probe: who sends, who answers, and how they are joined.
struct Path {
    PacketSource source;
    LinkFacts bridge_link;
    NetworkNamespace sender;
    NetworkNamespace responder;
};

Result<> join_sender(const Path& path, Netlink& node)
{
    std::string mac;
    TRY(node.add_veth(probe::sender_link, inner_link, path.sender.descriptor()));
    TRY(node.set_up(probe::sender_link, path.source.bridge));
    TRY(path.sender.inside([&]() -> Result<> {
        auto inside = TRY(Netlink::open());
        mac = TRY(inside.link(inner_link)).hardware_address;
        TRY(inside.set_up("lo"));
        TRY(inside.set_up(inner_link));
        TRY(inside.add_address(inner_link, path.source.address4));
        const auto gateway = without_prefix(path.bridge_link.addresses.front());
        // a question that the bridge is not yet ready to pass on would be repeated after a second
        TRY(inside.add_neighbour(inner_link, gateway, path.bridge_link.hardware_address));
        return inside.add_route({.destination = any4, .gateway = gateway, .device = inner_link});
    }));
    // the node may still know the sender of an earlier probe, which had another hardware address
    return node.add_neighbour(path.source.bridge, without_prefix(path.source.address4), mac);
}

Result<> join_responder(const Path& path, Netlink& node, const std::set<std::string>& addresses)
{
    TRY(node.add_veth(probe::responder_link, inner_link, path.responder.descriptor()));
    TRY(node.set_up(probe::responder_link));
    TRY(node.add_address(probe::responder_link, node_answer4));
    TRY(path.responder.inside([&]() -> Result<> {
        auto inside = TRY(Netlink::open());
        TRY(inside.set_up("lo"));
        TRY(inside.set_up(inner_link));
        TRY(inside.add_address(inner_link, responder4));
        for (const auto& address : addresses)
            TRY(inside.add_route(
                {.destination = address, .device = "lo", .table = 255, .local = true}));
        return inside.add_route(
            {.destination = any4, .gateway = without_prefix(node_answer4), .device = inner_link});
    }));
    TRY(node.add_route({.destination = any4,
                        .gateway = without_prefix(responder4),
                        .device = probe::responder_link,
                        .table = probe::table}));
    return node.add_rule(without_prefix(path.source.address4), probe::table, rule_priority);
}

// IPv6 without neighbour discovery, which would wait for addresses to settle.
Result<> add_ipv6(const Path& path, Netlink& node)
{
    const auto answer_mac = TRY(node.link(probe::responder_link)).hardware_address;
    std::string sender_mac;
    std::string responder_mac;
    TRY(path.sender.inside([&]() -> Result<> {
        auto inside = TRY(Netlink::open());
        sender_mac = TRY(inside.link(inner_link)).hardware_address;
        TRY(inside.add_address(inner_link, cat(path.source.address6, "/128")));
        TRY(inside.add_neighbour(inner_link, node_hop6, path.bridge_link.hardware_address));
        return inside.add_route({.destination = any6, .gateway = node_hop6, .device = inner_link});
    }));
    TRY(path.responder.inside([&]() -> Result<> {
        auto inside = TRY(Netlink::open());
        responder_mac = TRY(inside.link(inner_link)).hardware_address;
        TRY(inside.add_neighbour(inner_link, node_hop6, answer_mac));
        return inside.add_route({.destination = any6, .gateway = node_hop6, .device = inner_link});
    }));
    TRY(node.add_neighbour(probe::responder_link, responder_hop6, responder_mac));
    TRY(node.add_route({.destination = any6,
                        .gateway = responder_hop6,
                        .device = probe::responder_link,
                        .table = probe::table}));
    TRY(node.add_neighbour(path.source.bridge, path.source.address6, sender_mac));
    TRY(node.add_route(
        {.destination = cat(path.source.address6, "/128"), .device = path.source.bridge}));
    return node.add_rule(path.source.address6, probe::table, rule_priority);
}

// Split by who is to answer: the node's own addresses cannot be routed anywhere else.
struct Questions {
    std::vector<PacketQuestion> beyond;
    std::vector<PacketQuestion> to_node;
    std::vector<PacketAnswer> impossible;
};

Questions divided(const std::vector<PacketQuestion>& questions,
                  const std::set<std::string>& own_addresses)
{
    Questions all;
    for (const auto& question : questions)
        if (own_addresses.contains(question.address) != question.is_to_node)
            all.impossible.push_back(
                {question, PacketFate::NoPath,
                 question.is_to_node ? "no address of this node" : "an address of this node"});
        else
            (question.is_to_node ? all.to_node : all.beyond).push_back(question);
    return all;
}

Result<std::vector<PacketAnswer>> ask(const Path& path, Questions questions)
{
    std::unique_ptr<PacketResponder> responder;
    TRY(path.responder.inside([&]() -> Result<> {
        responder = TRY(PacketResponder::start(questions.beyond));
        return done;
    }));
    const auto at_node = TRY(PacketResponder::start(questions.to_node));
    auto askable = std::move(questions.beyond);
    auto answers = std::move(questions.impossible);
    for (auto& question : questions.to_node)
        if (at_node->cannot_answer(question))
            answers.push_back({question, PacketFate::NoPath, "another program has the port"});
        else
            askable.push_back(question);
    TRY(path.sender.inside([&]() -> Result<> {
        for (auto& answer : tried(askable))
            answers.push_back(std::move(answer));
        return done;
    }));
    return answers;
}

Result<std::vector<PacketAnswer>> joined_and_asked(const PacketSource& source,
                                                   const std::vector<PacketQuestion>& all)
{
    auto node = TRY(Netlink::open());
    auto questions = divided(all, TRY(node.addresses()));
    const Path path{source, TRY(node.link(source.bridge)), TRY(NetworkNamespace::create()),
                    TRY(NetworkNamespace::create())};
    std::set<std::string> addresses;
    for (const auto& question : questions.beyond)
        addresses.insert(question.address);
    TRY(join_sender(path, node));
    TRY(join_responder(path, node, addresses));
    // without IPv6 on the node its questions answer "network is unreachable": no path
    if (const auto six = add_ipv6(path, node); !six && six.error().kind == ErrorKind::Denied)
        return six.error();
    return ask(path, std::move(questions));
}

}

Result<std::vector<PacketAnswer>> probe_packets(const PacketSource& source,
                                                const std::vector<PacketQuestion>& questions)
{
    if (geteuid() != 0)
        return Error{ErrorKind::Denied, "sending packets from a scratch namespace needs root",
                     "run it as root"};
    const auto place = TRY(completed(source));
    auto cleaner = TRY(ProbeCleaner::start(place));
    auto answers = joined_and_asked(place, questions);
    TRY(cleaner.finish());
    return answers;
}

}
