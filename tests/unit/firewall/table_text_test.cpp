#include "firewall/table_text.h"
#include "support/catch.hpp"

#include <algorithm>

using namespace harden;

static std::string text_of(std::string_view site, FirewallFacts facts = {{22}, {}})
{
    const auto policy = parse_firewall_policy(cat("version = 1\n", site));
    REQUIRE(policy);
    return table_text(*policy, facts);
}

static std::size_t place(const std::string& text, std::string_view part)
{
    INFO(text);
    const auto at = text.find(part);
    REQUIRE(at != std::string::npos);
    return at;
}

static bool lacks(const std::string& text, std::string_view part)
{
    INFO(text);
    return text.find(part) == std::string::npos;
}

TEST_CASE("what comes in is dropped unless a rule lets it in, of both families")
{
    const auto text = text_of("");
    CHECK(place(text, "hook input priority filter - 1; policy drop;") != 0);
    CHECK(place(text, "tcp dport 22 goto ssh") > place(text, "established : accept"));
    CHECK(place(text, "nd-neighbor-solicit") < place(text, "invalid : drop"));
    CHECK(place(text, "packet-too-big") != 0);
    CHECK(place(text, "udp sport 547 udp dport 546 accept") != 0);
    CHECK(lacks(text, "comment"));
}

TEST_CASE("the operator comes before those who are denied, and is not counted by the limit")
{
    const auto text = text_of("[deny]\naddresses = [\"203.0.113.0/24\", \"2001:db8::/32\"]\n",
                              {{22, 2222}, *parse_network("198.51.100.7")});
    const auto own = place(text, "ip saddr 198.51.100.7 tcp dport { 22, 2222 } accept");
    CHECK(own < place(text, "ip saddr 203.0.113.0/24 counter"));
    CHECK(own < place(text, "ip6 saddr 2001:db8::/32 counter"));
    CHECK(own < place(text, "goto ssh"));
}

TEST_CASE("a rule asks for what it names and for nothing that is everybody")
{
    const auto text = text_of("[allow.a]\nto = \"node\"\ntcp = [80]\nfrom = [\"10.0.0.0/8\", "
                              "\"10.1.0.0/16\", \"::/0\"]\ninterfaces = [\"eth1\"]\n"
                              "[allow.b]\nto = \"node\"\nudp = [53, \"60-61\"]\n");
    place(text, "iifname \"eth1\" ip saddr 10.0.0.0/8 tcp dport 80 accept comment \"a\"");
    place(text, "iifname \"eth1\" meta nfproto ipv6 tcp dport 80 accept comment \"a\"");
    place(text, "        udp dport { 53, 60-61 } accept comment \"b\"");
    CHECK(lacks(text, "10.1.0.0"));
}

TEST_CASE("a rule for the node does not open what is published")
{
    const auto node = text_of("[allow.a]\nto = \"node\"\ntcp = [80]\n");
    CHECK(lacks(node, "proto-dst"));
    const auto containers = text_of("[allow.a]\nto = \"containers\"\ntcp = [80]\nudp = [443]\n");
    const auto open = place(containers, "ct status dnat meta l4proto tcp ct original proto-dst 80 "
                                        "accept");
    place(containers, "ct status dnat meta l4proto udp ct original proto-dst 443 accept");
    CHECK(open < place(containers, "oifname \"docker0\" counter"));
    CHECK(open > place(containers, "iifname \"docker0\" accept"));
    place(containers, "        tcp dport 80 accept comment \"a\"");
}

TEST_CASE("containers get to the node like everybody else, unless they may")
{
    const auto input_of = [](std::string text) { return text.substr(0, text.find("forward {")); };
    CHECK(lacks(input_of(text_of("")), "iifname \"docker0\" accept"));
    place(input_of(text_of("containers_to_node = \"allow\"\n")), "iifname \"docker0\" accept");
}

TEST_CASE("a router passes on what others do not")
{
    place(text_of(""), "counter name \"refused_transit\" drop");
    CHECK(lacks(text_of("transit = \"allow\"\n"), "counter name \"refused_transit\" drop"));
}

TEST_CASE("where nothing listens for SSH no port is opened for it")
{
    CHECK(lacks(text_of("", {{}, *parse_network("198.51.100.7")}), "tcp dport"));
    place(text_of("[ssh]\nports = [2200]\n", {{22}, {}}), "tcp dport 2200 goto ssh");
}
