#pragma once

// The table inet harden_firewall in the kernel, with packets: from a sender outside, by this
// process's own network namespace, which is the node, to it and to a container behind br-x.
#include "firewall/table_text.h"
#include "support/catch.hpp"
#include "support/private_network.h"
#include "system/host_firewall.h"
#include "system/host_firewall_rehearsal.h"
#include "system/kernel_firewall.h"
#include "system/netlink.h"
#include "system/network_namespace.h"
#include "system/packet_attempts.h"
#include "system/packet_responder.h"

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace harden::test {

constexpr auto node4 = "203.0.113.1";
constexpr auto node6 = "2001:db8:1::1";
constexpr auto container4 = "172.30.0.2";
constexpr auto container6 = "fd30::2";
constexpr auto sender4 = "203.0.113.10";
constexpr auto sender6 = "2001:db8:1::10";

inline void must(const Result<>& result)
{
    INFO((result ? "" : result.error().message));
    REQUIRE(result);
}

inline PacketQuestion question(const char* address, int port, Protocol protocol = Protocol::Tcp)
{
    return {.address = address, .port = static_cast<std::uint16_t>(port), .protocol = protocol};
}

// What listens on the node and in the container.
inline std::vector<PacketQuestion> at_node()
{
    std::vector<PacketQuestion> all;
    for (const auto* address : {node4, node6}) {
        for (const int port : {22, 443, 9090})
            all.push_back(question(address, port));
        for (const int port : {53, 5300})
            all.push_back(question(address, port, Protocol::Udp));
    }
    return all;
}
inline std::vector<PacketQuestion> in_container()
{
    std::vector<PacketQuestion> all;
    for (const auto* address : {container4, container6}) {
        for (const int port : {80, 81})
            all.push_back(question(address, port));
        all.push_back(question(address, 54, Protocol::Udp));
    }
    return all;
}

class Street {
public:
    Street()
        : outside_{*NetworkNamespace::create()}
        , container_{*NetworkNamespace::create()}
    {
        shell("ip link set lo up; sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
        // a link that still looks for duplicates of its address does not look for neighbours
        const auto without_waiting = [] {
            shell("sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0");
        };
        without_waiting();
        inside(outside_, without_waiting);
        inside(container_, without_waiting);
        auto node = *Netlink::open();
        must(node.add_veth("up0", "eth0", outside_.descriptor()));
        must(node.add_veth("br-x", "eth0", container_.descriptor()));
        for (const auto& [link, address] : {std::pair{"up0", "203.0.113.1/24"},
                                            {"up0", "2001:db8:1::1/64"},
                                            {"br-x", "172.30.0.1/24"},
                                            {"br-x", "fd30::1/64"}}) {
            must(node.set_up(link));
            must(node.add_address(link, address));
        }
        furnish(outside_, {"203.0.113.10/24", "2001:db8:1::10/64"}, node4, node6);
        furnish(container_, {"172.30.0.2/24", "fd30::2/64"}, "172.30.0.1", "fd30::1");
        here_ = *PacketResponder::start(at_node());
        inside(container_, [&] { there_ = *PacketResponder::start(in_container()); });
        inside(outside_, [&] {
            beyond_ = *PacketResponder::start({question(sender4, 25), question(sender6, 25)});
        });
        publish();
    }

    // Whether each is so, as the sender sees it; all are tried at once.
    void from_outside(PacketFate wanted, const std::vector<PacketQuestion>& asked) const
    {
        check(outside_, wanted, asked);
    }
    void from_container(PacketFate wanted, const std::vector<PacketQuestion>& asked) const
    {
        check(container_, wanted, asked);
    }
    void outside(const std::function<void()>& work) const { inside(outside_, work); }

private:
    static void inside(const NetworkNamespace& place, const std::function<void()>& work)
    {
        must(place.inside([&]() -> Result<> {
            work();
            return done;
        }));
    }

    static void furnish(const NetworkNamespace& place, const std::vector<std::string>& addresses,
                        const std::string& gateway4, const std::string& gateway6)
    {
        inside(place, [&] {
            auto link = *Netlink::open();
            must(link.set_up("lo"));
            must(link.set_up("eth0"));
            for (const auto& address : addresses)
                must(link.add_address("eth0", address));
            must(link.add_route(
                {.destination = "0.0.0.0/0", .gateway = gateway4, .device = "eth0"}));
            must(link.add_route({.destination = "::/0", .gateway = gateway6, .device = "eth0"}));
        });
    }

    // As an engine does it: 8080 and 8081 by TCP, 5354 by UDP.
    static void publish()
    {
        for (const auto& [family, to] : {std::pair{"ip", "172.30.0.2"}, {"ip6", "[fd30::2]"}}) {
            shell(cat("nft add table ", family, " engine; nft 'add chain ", family,
                      " engine in { type nat hook prerouting priority -100; }'"));
            for (const auto& [port, inner] : {std::pair{"tcp dport 8080", ":80"},
                                              {"tcp dport 8081", ":81"},
                                              {"udp dport 5354", ":54"}})
                shell(cat("nft 'add rule ", family, " engine in iifname up0 ", port, " dnat to ",
                          to, inner, "'"));
        }
    }

    static void check(const NetworkNamespace& place, PacketFate wanted,
                      std::vector<PacketQuestion> asked)
    {
        for (auto& each : asked)
            if (wanted == PacketFate::Open)
                each.expected = PacketQuestion::Expected::Open; // and is given more time
        std::vector<PacketAnswer> answers;
        inside(place, [&] { answers = tried(asked); });
        REQUIRE(answers.size() == asked.size());
        for (const auto& [question, fate, detail] : answers) {
            INFO(question.address << " port " << question.port << ": " << detail);
            CHECK(fate == wanted);
        }
    }

    NetworkNamespace outside_;
    NetworkNamespace container_;
    std::unique_ptr<PacketResponder> here_;
    std::unique_ptr<PacketResponder> there_;
    std::unique_ptr<PacketResponder> beyond_;
};

inline std::string table_of(std::string_view site, FirewallFacts facts = {{22}, {}})
{
    const auto policy = parse_firewall_policy(cat("version = 1\n", site));
    INFO((policy ? "" : policy.error().message));
    REQUIRE(policy);
    return table_text(*policy, facts);
}

inline void load(const std::string& text)
{
    must(kernel_firewall()->replace_inbound(text));
    REQUIRE(kernel_firewall()->inbound_difference(text)->empty());
}

const std::string site = R"(
[allow.web]
to = "node"
tcp = [443]
udp = [53]
[allow.published]
to = "containers"
tcp = [8081]
udp = [5354]
)";

inline std::string rules_of_others()
{
    return shell("nft -s list table ip engine; nft -s list table ip6 engine");
}

// Both families of the node, one after the other.
inline std::vector<PacketQuestion> at_both(const std::vector<int>& tcp,
                                           const std::vector<int>& udp = {})
{
    std::vector<PacketQuestion> all;
    for (const auto* address : {node4, node6}) {
        for (const auto port : tcp)
            all.push_back(question(address, port));
        for (const auto port : udp)
            all.push_back(question(address, port, Protocol::Udp));
    }
    return all;
}

}
