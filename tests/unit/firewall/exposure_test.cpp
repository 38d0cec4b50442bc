#include "firewall/exposure.h"
#include "support/catch.hpp"

#include <algorithm>

using namespace harden;

static FirewallPolicy policy_of(std::string_view site)
{
    const auto policy = parse_firewall_policy(cat("version = 1\n", site));
    REQUIRE(policy);
    return *policy;
}

static std::string refusal(std::string_view site, const std::string& address,
                           const std::string& interface = "eth0", std::uint16_t port = 22)
{
    const auto error =
        shut_out(policy_of(site), {{22}, {}}, {*parse_network(address), interface}, port);
    return error ? error->message : "";
}

TEST_CASE("a policy that would shut the operator out is told from one that would not")
{
    CHECK(refusal("", "198.51.100.7").empty());
    CHECK(refusal("", "2001:db8::7").empty());
    CHECK(refusal("[deny]\naddresses = [\"198.51.100.0/24\"]\n", "198.51.100.7")
              .starts_with("[deny] addresses holds 198.51.100.7"));
    CHECK(refusal("[deny]\naddresses = [\"198.51.100.0/24\"]\n", "2001:db8::7").empty());
    CHECK(refusal("[ssh]\nports = [2222]\n", "198.51.100.7").starts_with("[ssh] ports lacks 22"));
    CHECK(refusal("[ssh]\nfrom = [\"0.0.0.0/0\"]\n", "2001:db8::7")
              .starts_with("[ssh] from lacks 2001:db8::7"));
    CHECK(refusal("[ssh]\ninterfaces = [\"eth1\"]\n", "198.51.100.7")
              .starts_with("[ssh] interfaces lacks eth0"));
    CHECK(refusal("[ssh]\ninterfaces = [\"eth*\"]\n", "198.51.100.7").empty());
    CHECK_FALSE(refusal("[ssh]\ninterfaces = [\"eth*\"]\n", "198.51.100.7", "").empty());
}

static Listener listener(Protocol protocol, std::string address, std::uint16_t port,
                         std::string name)
{
    return {.socket = {.protocol = protocol, .address = std::move(address), .port = port},
            .process = 7,
            .name = std::move(name)};
}

static std::string states(std::string_view site, const std::vector<Listener>& listeners,
                          const std::vector<Container>& containers = {})
{
    std::string text;
    for (const auto& port : exposed_ports(policy_of(site), {{22}, {}}, listeners, containers))
        text += cat(name_of(port), " ", name_of(port.state), "\n");
    return text;
}

TEST_CASE("each listening port is told with what becomes of it")
{
    CHECK(states("[allow.web]\nto = \"node\"\ntcp = [443]\nfrom = [\"10.0.0.0/8\"]\n",
                 {listener(Protocol::Tcp, "0.0.0.0", 22, "sshd"),
                  listener(Protocol::Tcp, "127.0.0.1", 631, "cupsd"),
                  listener(Protocol::Udp, "0.0.0.0", 68, "dhclient"),
                  listener(Protocol::Tcp, "::", 443, "nginx"),
                  listener(Protocol::Udp, "::", 5353, "evil\x1b[2J")}) ==
          "22/tcp on 0.0.0.0 (sshd) open\n"
          "68/udp on 0.0.0.0 (dhclient) open to some\n"
          "443/tcp on :: (nginx) open to some\n"
          "631/tcp on 127.0.0.1 (cupsd) local\n"
          "5353/udp on :: (evil\\x1b[2J) closed\n");
}

TEST_CASE("a published port is judged by the rules for containers alone")
{
    Container web;
    web.name = "web";
    web.ports = {{"0.0.0.0", 8080, 80, "tcp"}, {"127.0.0.1", 8081, 81, "tcp"}};
    const std::vector<Listener> proxy{listener(Protocol::Tcp, "0.0.0.0", 8080, "docker-proxy"),
                                      listener(Protocol::Tcp, "::", 9000, "docker-proxy")};
    CHECK(states("[allow.a]\nto = \"node\"\ntcp = [8080, 9000]\n", proxy, {web}) ==
          "8080/tcp on 0.0.0.0 (container web, published) closed\n"
          "8081/tcp on 127.0.0.1 (container web, published) local\n"
          "9000/tcp on :: (docker-proxy, published) closed\n");
    CHECK(states("[allow.a]\nto = \"containers\"\ntcp = [8080]\n", proxy, {web})
              .starts_with("8080/tcp on 0.0.0.0 (container web, published) open\n"));
}
