#include "integration/street.h"

using namespace harden;
using namespace harden::test;

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
