#include "egress/ruleset_json.h"
#include "egress/wanted.h"
#include "steps/egress_keeper.h"
#include "support/catch.hpp"
#include "support/fake_docker.h"
#include "support/fake_host.h"
#include "support/private_network.h"
#include "support/unix_server.h"
#include "system/egress_events.h"
#include "system/kernel_firewall.h"

#include <algorithm>
#include <csignal>

using namespace harden;
using namespace harden::test;
using std::chrono::milliseconds;

static bool has_writer(const Heard& heard, std::string_view name)
{
    return std::ranges::count(heard.writers, name, &Writer::name) == 1;
}

// What is heard within a moment.
static Heard heard(EgressEvents& events)
{
    auto result = events.wait(milliseconds{300});
    REQUIRE(result);
    return *result;
}

TEST_CASE("who touches our own table is heard, by name", "[watch]")
{
    if (!enter_private_network())
        return;
    auto events = EgressEvents::open();
    REQUIRE(events);
    shell("nft add table inet harden_egress");
    const auto made = heard(*events);
    CHECK(made.rules);
    CHECK(has_writer(made, "nft"));
    CHECK(made.writers[0].process > 1);
    CHECK_FALSE(made.networks);

    shell("nft delete table inet harden_egress");
    CHECK(heard(*events).rules);
}

TEST_CASE("who touches the rules of containers is heard, new elements are not", "[watch]")
{
    if (!enter_private_network())
        return;
    shell(
        "nft 'add table inet harden_container; add chain inet harden_container forward; add set "
        "inet harden_container dns4_a { type ipv4_addr; }; add table netdev harden_container; add "
        "chain netdev harden_container c'");
    auto events = EgressEvents::open();
    REQUIRE(events);
    shell("nft add element inet harden_container dns4_a { 192.0.2.1 }");
    CHECK_FALSE(heard(*events).rules);
    shell("nft flush chain inet harden_container forward");
    CHECK_FALSE(heard(*events).rules); // there was no rule
    shell("nft add rule inet harden_container forward accept");
    CHECK(heard(*events).rules);
    shell("nft flush chain inet harden_container forward");
    CHECK(heard(*events).rules);
    shell("nft delete table netdev harden_container");
    CHECK(heard(*events).rules);
}

TEST_CASE("who touches the host firewall's table is heard apart", "[watch]")
{
    if (!enter_private_network())
        return;
    shell("nft add table inet harden_firewall");
    auto events = EgressEvents::open();
    REQUIRE(events);
    shell("nft flush ruleset");
    const auto flushed = heard(*events);
    CHECK(flushed.inbound);
    CHECK_FALSE(flushed.rules);
    shell("nft add table inet harden_egress");
    CHECK_FALSE(heard(*events).inbound);
}

TEST_CASE("what others do with their own tables is not heard", "[watch]")
{
    if (!enter_private_network())
        return;
    auto events = EgressEvents::open();
    REQUIRE(events);
    shell("nft 'add table inet other; add chain inet other forward; add rule inet other forward "
          "accept; add table ip harden_egress'");
    shell("iptables-nft -t nat -N DOCKER-USER");
    CHECK_FALSE(heard(*events).rules);
}

TEST_CASE("the chains of iptables that ours hang on are heard, others are not", "[watch]")
{
    if (!enter_private_network())
        return;
    shell("iptables-nft -N DOCKER-USER && iptables-nft -N OTHER && ip6tables-nft -N OTHER");
    auto events = EgressEvents::open();
    REQUIRE(events);
    shell("iptables-nft -A OTHER -j ACCEPT");
    shell("ip6tables-nft -A OTHER -j ACCEPT");
    shell("iptables-nft -A INPUT -j ACCEPT");
    CHECK_FALSE(heard(*events).rules);
    for (const std::string line :
         {"iptables-nft -A DOCKER-USER -j RETURN", "iptables-nft -A FORWARD -j DOCKER-USER",
          "ip6tables-nft -N HARDEN-DROP", "iptables-nft -F"}) {
        INFO(line);
        shell(line);
        const auto change = heard(*events);
        CHECK(change.rules);
        CHECK(has_writer(change, line.substr(0, line.find(' '))));
    }
}

TEST_CASE("a flush of everything is heard", "[watch]")
{
    if (!enter_private_network())
        return;
    shell("nft add table inet harden_egress");
    auto events = EgressEvents::open();
    REQUIRE(events);
    shell("nft flush ruleset");
    const auto change = heard(*events);
    CHECK(change.rules);
    CHECK(has_writer(change, "nft"));
}

TEST_CASE("bridges that come and go are heard, once", "[watch]")
{
    if (!enter_private_network())
        return;
    auto events = EgressEvents::open();
    REQUIRE(events);
    shell("ip link add mybr0 type bridge");
    CHECK(heard(*events).networks);
    shell("ip link set mybr0 up; ip addr add 10.1.2.1/24 dev mybr0");
    shell("ip link add v0 type veth peer name v1; ip link set v0 master mybr0 up");
    CHECK_FALSE(heard(*events).networks);
    shell("ip link del v0");
    CHECK_FALSE(heard(*events).networks);
    shell("ip link del mybr0");
    CHECK(heard(*events).networks);
    CHECK_FALSE(heard(*events).rules);
}

TEST_CASE("more events than fit are taken for a change", "[watch]")
{
    if (!enter_private_network())
        return;
    auto events = EgressEvents::open();
    REQUIRE(events);
    shell("{ echo add table inet other; echo add chain inet other c; "
          "yes add rule inet other c accept | head -n 20000; } | nft -f -");
    CHECK(heard(*events).rules);
    CHECK_FALSE(heard(*events).rules);
}

TEST_CASE("legacy tables are read again where they are live, and only there", "[watch]")
{
    if (!enter_private_network())
        return;
    auto idle = EgressEvents::open();
    REQUIRE(idle);
    const auto start = std::chrono::steady_clock::now();
    CHECK_FALSE(heard(*idle).rules);
    CHECK(std::chrono::steady_clock::now() - start >= milliseconds{300});
    CHECK(shell("cat /proc/thread-self/net/ip_tables_names").empty());

    shell("iptables-legacy -N DOCKER-USER && iptables-legacy -A FORWARD -j DOCKER-USER");
    auto events = EgressEvents::open();
    REQUIRE(events);
    shell("iptables-legacy -A DOCKER-USER -m comment --comment harden:smtp -j DROP");
    bool is_heard = false;
    for (int i = 0; i < 10 && !is_heard; ++i)
        is_heard = events->wait(std::nullopt)->rules;
    CHECK(is_heard);
}

TEST_CASE("a hangup asks to look at everything, and ends nothing", "[watch]")
{
    if (!enter_private_network())
        return;
    auto events = EgressEvents::open();
    REQUIRE(events);
    CHECK(raise(SIGHUP) == 0);
    const auto asked = heard(*events);
    CHECK(asked.rules);
    CHECK(asked.docker);
    CHECK_FALSE(heard(*events).docker);
}

TEST_CASE("Docker is heard when it speaks and when it hangs up", "[watch]")
{
    if (!enter_private_network())
        return;
    auto events = EgressEvents::open();
    REQUIRE(events);
    CHECK(events->listen_to_docker("/tmp/harden-no-such.sock").is_absent());
    CHECK_FALSE(events->hears_docker());
    {
        UnixServer server{[](const std::string&) { return "HTTP/1.1 200 OK\r\n\r\n{}"; }};
        REQUIRE(events->listen_to_docker(server.path()));
        CHECK(heard(*events).docker);
    }
    for (int i = 0; i < 5 && events->hears_docker(); ++i)
        heard(*events);
    CHECK_FALSE(events->hears_docker());
}

namespace {

// A keeper on the real packet filter, driven as the tool drives it.
struct Watched {
    FakeHost host;
    FakeDocker docker;
    std::unique_ptr<Firewall> firewall = kernel_firewall();
    Node node{host, docker, *firewall};
    std::vector<std::string> log;
    EgressKeeper keeper{node, [this](std::string_view line) { log.emplace_back(line); }};
    EgressEvents events = *EgressEvents::open();

    static Moment now()
    {
        return std::chrono::duration_cast<Moment>(
            std::chrono::steady_clock::now().time_since_epoch());
    }
    Watched()
    {
        host.with_file(recorded_ruleset_file, to_json(*wanted_ruleset(node)));
        keeper.begin(now());
        settle();
    }
    void settle()
    {
        for (const auto start = now(); keeper.due() || now() - start < Moment{100};) {
            const auto due = keeper.due().value_or(now() + Moment{100});
            const auto what = events.wait(std::max(due - now(), Moment{0}));
            REQUIRE(what);
            keeper.tend(*what, now());
            REQUIRE(now() - start < Moment{20'000});
        }
    }
    bool is_whole() { return firewall->difference(*recorded_ruleset(host))->empty(); }
};

}

TEST_CASE("what is taken away is put back by the one who watches, once", "[watch]")
{
    if (!enter_private_network())
        return;
    Watched watched;
    CHECK(watched.is_whole());
    watched.log.clear();
    for (const std::string line :
         {"nft delete table inet harden_egress", "nft flush chain inet harden_egress forward",
          "nft add rule inet harden_egress forward accept", "nft flush ruleset"}) {
        INFO(line);
        shell(line);
        watched.settle();
        CHECK(watched.is_whole());
        REQUIRE(watched.log.size() == 1);
        CHECK(watched.log[0].find("by \"nft\" (process ") != std::string::npos);
        watched.log.clear();
    }
}
