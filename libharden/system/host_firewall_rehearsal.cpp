#include "system/host_firewall_rehearsal.h"

#include "system/host_firewall.h"
#include "system/netlink.h"
#include "system/network_namespace.h"
#include "system/packet_attempts.h"
#include "system/packet_responder.h"

#include <set>
#include <unistd.h>

namespace harden {

namespace {

constexpr auto outer_link = "eth0"; // the sender's
// A responder can listen at a link-local address only with its link, and packets fare alike.
constexpr auto stand_in6 = "2001:db8::1";

bool is_v6(const std::string& address)
{
    return address.find(':') != std::string::npos;
}

std::string as_network(const std::string& address)
{
    return cat(address, is_v6(address) ? "/128" : "/32");
}

bool is_link_local(const std::string& address)
{
    return address.starts_with("fe80:");
}

struct Wire {
    NetworkNamespace node;
    NetworkNamespace outside;
    std::string node_mac;
    std::string outside_mac;
};

Result<std::string> raise(const std::string& device, const std::set<std::string>& addresses)
{
    auto netlink = TRY(Netlink::open());
    TRY(netlink.set_up("lo"));
    TRY(netlink.set_up(device));
    for (const auto& address : addresses)
        TRY(netlink.add_address(device, as_network(address)));
    return TRY(netlink.link(device)).hardware_address;
}

// Nobody asks for a neighbour: that would take seconds on IPv6.
Result<> point(const std::string& device, const std::set<std::string>& others,
               const std::string& mac)
{
    auto netlink = TRY(Netlink::open());
    for (const auto& address : others) {
        TRY(netlink.add_route({.destination = as_network(address), .device = device}));
        TRY(netlink.add_neighbour(device, address, mac));
    }
    return done;
}

Result<> join(Wire& wire, const InboundTrial& trial, const std::set<std::string>& addresses)
{
    TRY(wire.node.inside([&]() -> Result<> {
        auto netlink = TRY(Netlink::open());
        TRY(netlink.add_veth(trial.device, outer_link, wire.outside.descriptor()));
        wire.node_mac = TRY(raise(trial.device, addresses));
        return done;
    }));
    TRY(wire.outside.inside([&]() -> Result<> {
        wire.outside_mac = TRY(raise(outer_link, {trial.sender}));
        return point(outer_link, addresses, wire.node_mac);
    }));
    return wire.node.inside([&] { return point(trial.device, {trial.sender}, wire.outside_mac); });
}

}

Result<std::vector<PacketAnswer>> rehearse_inbound(const InboundTrial& trial)
{
    if (geteuid() != 0)
        return Error{ErrorKind::Denied, "a rehearsal in a scratch namespace needs root",
                     "run it as root"};
    auto questions = trial.questions;
    std::set<std::string> addresses;
    for (auto& question : questions) {
        if (is_link_local(question.address))
            question.address = stand_in6;
        addresses.insert(question.address);
    }
    Wire wire{TRY(NetworkNamespace::create()), TRY(NetworkNamespace::create()), {}, {}};
    TRY(join(wire, trial, addresses).during("join two scratch namespaces"));
    std::unique_ptr<PacketResponder> responder;
    TRY(wire.node.inside([&]() -> Result<> {
        TRY(load_inbound_table(trial.table));
        responder = TRY(PacketResponder::start(questions));
        return done;
    }));
    std::vector<PacketAnswer> answers;
    TRY(wire.outside.inside([&]() -> Result<> {
        answers = tried(questions);
        return done;
    }));
    return answers;
}

}
