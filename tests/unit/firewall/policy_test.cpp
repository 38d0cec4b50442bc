#include "firewall/policy.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using namespace harden::test;

static std::string complaint(std::string_view site)
{
    const auto policy = parse_firewall_policy(cat("version = 1\n", site));
    INFO(site);
    REQUIRE_FALSE(policy);
    return cat(policy.error().message, " | ", policy.error().hint);
}

static bool says(const std::string& text, std::string_view part)
{
    INFO(text);
    return text.find(part) != std::string::npos;
}

TEST_CASE("the shipped policy opens SSH to everybody and nothing else")
{
    const FakeHost host;
    const auto policy = firewall_policy_from(*firewall_settings(host));
    REQUIRE(policy);
    CHECK(policy->allow.empty());
    CHECK(policy->deny.empty());
    CHECK(policy->ssh_ports.empty());
    CHECK(policy->ssh.from.size() == 2);
    CHECK(policy->ssh_per_minute == 30);
    CHECK(policy->transit == Transit::Refuse);
    CHECK(is_one_of(policy->inside, "docker0"));
    CHECK(is_one_of(policy->inside, "br-0123456789ab"));
    CHECK_FALSE(is_one_of(policy->inside, "br0"));
}

TEST_CASE("a site adds rules by name and changes single values")
{
    FakeHost host;
    host.with_file(site_firewall_policy, R"(
version = 1
[ssh]
from = ["198.51.100.0/24"]
[allow.web]
to = "containers"
tcp = [80, 443, "8000-8010"]
[allow.dns]
to = "node"
udp = [53]
from = ["10.0.0.0/8", "fd00::/8"]
interfaces = ["eth1", "wg*"]
)");
    const auto policy = firewall_policy_from(*firewall_settings(host));
    REQUIRE(policy);
    REQUIRE(policy->allow.size() == 2);
    const auto& dns = policy->allow[0];
    CHECK(dns.name == "dns");
    CHECK(dns.reach == Reach::Node);
    CHECK(dns.udp == std::vector<PortRange>{{53, 53}});
    CHECK(dns.senders.interfaces == std::vector<std::string>{"eth1", "wg*"});
    const auto& web = policy->allow[1];
    CHECK(web.reach == Reach::Containers);
    CHECK(web.tcp == std::vector<PortRange>{{80, 80}, {443, 443}, {8000, 8010}});
    CHECK(web.senders.from.size() == 2);
    CHECK(policy->ssh_burst == 20);
}

TEST_CASE("what is wrong is named with its place and a way out")
{
    const auto list = complaint("[ssh]\nfrom = []\n");
    CHECK(says(list, "/etc/harden/firewall.toml:3:"));
    CHECK(says(list, "would let nobody in"));
    CHECK(says(list, "leave out from"));
    CHECK(says(complaint("[ssh]\nconnections_per_minute = 0\n"), "firewall.toml:3:"));
    CHECK(says(complaint("[ssh]\nburst = 0\n"), "firewall.toml:3:"));
    CHECK(says(complaint("[ssh]\ninterfaces = []\n"), "would let nobody in"));
    CHECK(says(complaint("[ssh]\nports = []\n"), "would let nobody in"));
    CHECK(says(complaint("[ssh]\nport = [22]\n"), "ports"));
    CHECK(says(complaint("[deny]\naddresses = [\"10.0.0.1\", \"::/0\"]\n"), "denies everybody"));
    CHECK(says(complaint("[deny]\naddresses = [\"10.0.0.1/8\"]\n"), "10.0.0.0/8"));
    CHECK(says(complaint("[allow.web]\nto = \"containers\"\n"), "no port is named"));
    CHECK(says(complaint("[allow.web]\nto = \"host\"\ntcp = [80]\n"), "firewall.toml:3:"));
    CHECK(says(complaint("[allow.web]\nto = \"node\"\ntcp = [70000]\n"), "out of range"));
    CHECK(says(complaint("[allow.web]\nto = \"node\"\ntcp = [true]\n"), "is no text"));
    CHECK(says(complaint("[allow.web]\nto = \"node\"\ntcp = [80]\ninterfaces = [\"a;b\"]\n"),
               "is no interface"));
    CHECK(says(complaint("[allow.\"a b\"]\nto = \"node\"\ntcp = [80]\n"), "is no name"));
    CHECK(says(complaint("inside = [\"*\"]\n"), "cannot be inside"));
    CHECK(says(complaint("transit = \"yes\"\n"), "firewall.toml:2:"));
    CHECK(says(complaint("confirm_within = 1\n"), "firewall.toml:2:"));
    CHECK(says(complaint("[alow.web]\n"), "allow"));
}
