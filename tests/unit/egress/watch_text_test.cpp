#include "egress/watch_text.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("what was changed is told by its first rule and a count")
{
    const RuleDrift gone{"nftables", "inet", "chain forward", "", "tcp dport 25"};
    const RuleDrift extra{"iptables-nft", "ip", "DOCKER-USER", "-j ACCEPT", ""};
    const RuleDrift other{"nftables", "inet", "set hard_tcp", "3 entries", "4 entries"};
    CHECK(what_changed({gone}) == "nftables inet: chain forward \"tcp dport 25\" is gone");
    CHECK(what_changed({extra, gone}) ==
          "iptables-nft ip: DOCKER-USER \"-j ACCEPT\" came in between and 1 more");
    CHECK(what_changed({other, gone, extra}) ==
          "nftables inet: set hard_tcp \"3 entries\" was changed and 2 more");
}

TEST_CASE("a rule that somebody else wrote cannot forge a line of the log")
{
    const RuleDrift extra{"nftables", "inet", "chain x", "comment \"a\nput back: nothing\x1b[2J\"",
                          ""};
    const auto text = what_changed({extra});
    CHECK(text.find('\n') == std::string::npos);
    CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("who changed it is told by name and process")
{
    CHECK(who_changed({{"nft", 4711}}) == "\"nft\" (process 4711)");
    CHECK(who_changed({{"iptables", 1}, {"fire\nwalld", 2}}) ==
          "\"iptables\" (process 1), \"fire\\x0awalld\" (process 2)");
    CHECK(who_changed({}) == "somebody whom the kernel does not name");
}

TEST_CASE("of many writers some are named and the others counted")
{
    std::vector<Writer> writers;
    for (std::uint32_t i = 1; i <= 9; ++i)
        writers.push_back({"iptables", i});
    const auto text = who_changed(writers);
    CHECK(text.ends_with("\"iptables\" (process 4) and 5 more"));
}

TEST_CASE("what Docker's doing changed is told by name")
{
    Ruleset before;
    before.container_interfaces = {"br-*", "docker0", "mybr0"};
    auto after = before;
    after.container_interfaces = {"br-*", "docker0"};
    after.host_cgroups = {{"docker/1f", 77}};
    after.allow = {{"192.0.2.7/32", {25, 25}, "172.20.0.5/32"}, {"192.0.2.8/32", {25, 25}}};
    CHECK(what_followed(before, after) ==
          "new 192.0.2.7/32 open to 172.20.0.5/32, cgroup docker/1f (77); gone mybr0");
    CHECK(what_followed(after, after) == "new none; gone none");
}
