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

using namespace harden;
using namespace harden::test;

namespace {

constexpr auto node4 = "203.0.113.1";
constexpr auto node6 = "2001:db8:1::1";
constexpr auto container4 = "172.30.0.2";
constexpr auto container6 = "fd30::2";
constexpr auto sender4 = "203.0.113.10";
constexpr auto sender6 = "2001:db8:1::10";

void must(const Result<>& result)
{
    INFO((result ? "" : result.error().message));
    REQUIRE(result);
}

PacketQuestion question(const char* address, int port, Protocol protocol = Protocol::Tcp)
{
    return {.address = address, .port = static_cast<std::uint16_t>(port), .protocol = protocol};
}

// What listens on the node and in the container.
std::vector<PacketQuestion> at_node()
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
std::vector<PacketQuestion> in_container()
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

std::string table_of(std::string_view site, FirewallFacts facts = {{22}, {}})
{
    const auto policy = parse_firewall_policy(cat("version = 1\n", site));
    INFO((policy ? "" : policy.error().message));
    REQUIRE(policy);
    return table_text(*policy, facts);
}

void load(const std::string& text)
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

std::string rules_of_others()
{
    return shell("nft -s list table ip engine; nft -s list table ip6 engine");
}

}

// Both families of the node, one after the other.
static std::vector<PacketQuestion> at_both(const std::vector<int>& tcp,
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

TEST_CASE("what no rule lets in is closed, to the node and to published ports", "[firewall]")
{
    if (!enter_private_network())
        return;
    const Street street;
    const auto others = rules_of_others();
    // the control: everything is open
    street.from_outside(PacketFate::Open, at_node());
    street.from_outside(PacketFate::Open, at_both({8080, 8081}, {5354}));
    street.from_outside(PacketFate::Open, in_container());

    load(table_of(site));
    street.from_outside(PacketFate::Open, at_both({22, 443, 8081}, {53, 5354}));
    street.from_outside(PacketFate::Silent, at_both({9090, 8080}, {5300})); // 8080: the hole of ufw
    street.from_outside(PacketFate::Silent, in_container()); // routed to its own address
    // out of containers, and the replies
    street.from_container(PacketFate::Open, {question(sender4, 25), question(sender6, 25)});
    street.from_container(PacketFate::Silent, {question(node4, 9090), question(node6, 9090)});
    CHECK(rules_of_others() == others);
    std::uint64_t refused = 0;
    for (const auto& hits : *kernel_firewall()->inbound_hits())
        refused += hits.packets;
    CHECK(refused > 0);

    load(""); // without a trace
    CHECK(rules_of_others() == others);
    CHECK(shell("nft list tables") == "table ip engine\ntable ip6 engine\n");
    street.from_outside(PacketFate::Open, at_both({9090, 8080}));
}

TEST_CASE("senders are told apart by address and by interface", "[firewall]")
{
    if (!enter_private_network())
        return;
    const Street street;
    load(table_of("[ssh]\nfrom = [\"203.0.113.0/28\"]\n[allow.a]\nto = \"containers\"\n"
                  "tcp = [8080]\nfrom = [\"2001:db8:1::/64\"]\n[allow.b]\nto = \"node\"\n"
                  "tcp = [443, 9090]\ninterfaces = [\"up*\"]\n[allow.c]\nto = \"node\"\n"
                  "udp = [53]\ninterfaces = [\"eth9\"]\n"));
    street.from_outside(PacketFate::Open, {question(node4, 22), question(node6, 8080),
                                           question(node4, 9090), question(node6, 443)});
    street.from_outside(PacketFate::Silent, {question(node6, 22), question(node4, 8080),
                                             question(node4, 53, Protocol::Udp)});
    load(table_of("[deny]\naddresses = [\"203.0.113.10\", \"2001:db8:1::/64\"]\n[allow.a]\n"
                  "to = \"containers\"\ntcp = [8080]\n"));
    street.from_outside(PacketFate::Silent, at_both({22, 8080}));
}

static long new_connections(const Street& street, const char* address, int attempts)
{
    long in = 0;
    street.outside([&] {
        for (int i = 0; i < attempts; ++i)
            in += static_cast<long>(shell(cat("timeout 0.2 bash -c 'exec 3<>/dev/tcp/", address,
                                              "/22' 2>/dev/null && echo open || echo closed")) ==
                                    "open\n");
    });
    return in;
}

TEST_CASE("new SSH connections of one source are limited, and never the operator's", "[firewall]")
{
    if (!enter_private_network())
        return;
    const Street street;
    const auto limited = "[ssh]\nconnections_per_minute = 1\nburst = 4\n";
    load(table_of(limited));
    CHECK(new_connections(street, node4, 8) == 4);
    street.outside([] { // another address of the same 64 bits is the same source
        shell("ip addr add 2001:db8:1::11/64 dev eth0 nodad preferred_lft 0");
    });
    CHECK(new_connections(street, node6, 3) == 3);
    street.outside([] {
        shell("ip addr del 2001:db8:1::10/64 dev eth0; ip addr del 2001:db8:1::11/64 dev eth0; "
              "ip addr add 2001:db8:1::11/64 dev eth0 nodad; "
              "ip route replace default via 2001:db8:1::1 dev eth0");
    });
    CHECK(new_connections(street, node6, 3) == 1);
    load(table_of(limited, {{22}, *parse_network(sender4)}));
    CHECK(new_connections(street, node4, 8) == 8);
}

namespace {

// Datagrams at one open and one closed port while `work` runs; how many were sent to the open one.
long flood(const Street& street, const std::function<void()>& work)
{
    std::atomic<bool> stop{false};
    std::atomic<long> sent{0};
    std::thread sender{[&] {
        street.outside([&] {
            sockaddr_in to{.sin_family = AF_INET};
            inet_pton(AF_INET, node4, &to.sin_addr);
            // a new flow each: nothing passes because it was established
            const auto send_to = [&](std::uint16_t port) {
                const int fresh = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
                to.sin_port = htons(port);
                const auto size =
                    sendto(fresh, "x", 1, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
                close(fresh);
                return size == 1;
            };
            for (int turn = 0; !stop; ++turn) {
                sent += send_to(53) ? 1 : 0;
                send_to(9999);
                if (turn % 64 == 0)
                    std::this_thread::sleep_for(std::chrono::milliseconds{1});
            }
        });
    }};
    work();
    stop = true;
    sender.join();
    return sent;
}

long counted(const std::string& port)
{
    const auto text = shell("nft list counter inet seen p" + port);
    return std::stol(text.substr(text.find("packets ") + 8));
}

}

TEST_CASE("while rules change nothing leaks and nothing allowed is lost", "[firewall]")
{
    if (!enter_private_network())
        return;
    const Street street;
    shell("nft add table inet seen; nft 'add chain inet seen in { type filter hook input priority "
          "10; }'; for p in 53 9999; do nft add counter inet seen p$p; nft add rule inet seen in "
          "udp dport $p counter name p$p; done");
    const auto one = table_of(site);
    const auto other = table_of(cat(site, "[deny]\naddresses = [\"198.51.100.0/24\"]\n"));
    load(one);
    const auto handles = shell("nft -a list chain inet harden_firewall ssh | head -n 2");
    const auto sent = flood(street, [&] {
        for (int turn = 0; turn < 20; ++turn) {
            load(other);
            load(one);
        }
    });
    CHECK(sent > 1000);
    CHECK(counted("53") == sent);
    CHECK(counted("9999") == 0);
    // changed in place, so that counters and what the limit remembers stay
    CHECK(shell("nft -a list chain inet harden_firewall ssh | head -n 2") == handles);
    const auto hits = *kernel_firewall()->inbound_hits();
    const auto refused = std::ranges::find(hits, refused_node, &RuleHits::group);
    REQUIRE(refused != hits.end());
    CHECK(refused->packets > 1000);
    WARN(sent << " packets let in and " << refused->packets
              << " refused over 40 changes, 0 leaked");
}

TEST_CASE("applied again it writes nothing, and what others put in is taken out", "[firewall]")
{
    if (!enter_private_network())
        return;
    const auto table = table_of(site);
    load(table);
    const auto firewall = kernel_firewall();
    const auto generation = [] { return shell("nft -a list table inet harden_firewall"); };
    const auto before = generation();
    load(table);
    CHECK(generation() == before); // every rule has the handle that it had
    for (const auto* meddling : {"nft insert rule inet harden_firewall input tcp dport 9090 accept",
                                 "nft add chain inet harden_firewall other",
                                 "nft add set inet harden_firewall s '{ type ipv4_addr; }'",
                                 "nft flush chain inet harden_firewall forward",
                                 "nft 'chain inet harden_firewall input { policy accept; }'",
                                 "nft delete table inet harden_firewall", "nft flush ruleset"}) {
        INFO(meddling);
        shell(meddling);
        CHECK_FALSE(firewall->inbound_difference(table)->empty());
        load(table);
    }
    CHECK_FALSE(firewall->inbound_difference("")->empty());
    load("");
    CHECK(firewall->inbound_difference("")->empty());
    CHECK(firewall->inbound_hits()->empty());
    CHECK_FALSE(firewall->replace_inbound("table inet harden_firewall { chain x { nonsense } }"));
    CHECK(shell("nft list ruleset").empty());
}

TEST_CASE("iptables' legacy tables judge beside it and stay as they are", "[firewall]")
{
    if (!enter_private_network())
        return;
    const Street street;
    shell(
        "nft delete table ip engine; iptables-legacy -t nat -A PREROUTING -i up0 -p tcp --dport "
        "8080 -j DNAT --to 172.30.0.2:80; iptables-legacy -A INPUT -p tcp --dport 9090 -j ACCEPT; "
        "iptables-legacy -P FORWARD ACCEPT");
    const auto legacy = shell("iptables-legacy-save | grep -v '^[#:]'");
    street.from_outside(PacketFate::Open, {question(node4, 8080)});
    load(table_of(""));
    street.from_outside(PacketFate::Silent, {question(node4, 8080), question(node4, 9090)});
    street.from_outside(PacketFate::Open, {question(node4, 22)});
    load(table_of("[allow.a]\nto = \"containers\"\ntcp = [8080]\n"));
    street.from_outside(PacketFate::Open, {question(node4, 8080)});
    load("");
    CHECK(shell("iptables-legacy-save | grep -v '^[#:]'") == legacy);
}

TEST_CASE("a rehearsal tells by packets who would come in, and leaves nothing", "[firewall]")
{
    if (!enter_private_network())
        return;
    const auto before = shell("ip -o link; nft list ruleset");
    for (const auto& [sender, node] : {std::pair{"198.51.100.7", "10.0.0.11"},
                                       {"2001:db8::7", "fd77::11"},
                                       {"fe80::7", "fe80::11"}}) {
        INFO(sender);
        InboundTrial trial{
            .table = table_of(""),
            .device = "enp3s0",
            .sender = sender,
            .questions = {{.address = node, .port = 22, .expected = PacketQuestion::Expected::Open},
                          {.address = node, .port = 1}}};
        auto answers = rehearse_inbound(trial);
        INFO((answers ? "" : answers.error().message));
        REQUIRE(answers);
        REQUIRE(answers->size() == 2);
        for (const auto& answer : *answers)
            CHECK((answer.fate == PacketFate::Open) == (answer.question.port == 22));
        trial.table = table_of("[ssh]\ninterfaces = [\"eth0\"]\n");
        CHECK(rehearse_inbound(trial)->front().fate == PacketFate::Silent);
        trial.table = "table inet harden_firewall { nonsense }";
        CHECK_FALSE(rehearse_inbound(trial));
    }
    CHECK(shell("ip -o link; nft list ruleset") == before);
}
