#include "egress/policy.h"
#include "node/tiers.h"
#include "support/fake_host.h"
#include "unit/deploy/deployed.h"

#include <array>
#include <charconv>

using namespace harden;
using namespace harden::test;

// "250m", "2", "256Mi", "1Gi" in thousandths, or in bytes.
static std::int64_t quantity(const std::string& text)
{
    std::int64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    REQUIRE(error == std::errc{});
    const std::string unit{rest, end};
    const std::map<std::string, std::int64_t> factors = {
        {"", 1000}, {"m", 1}, {"Mi", 1 << 20}, {"Gi", 1 << 30}};
    INFO(text);
    REQUIRE(factors.contains(unit));
    return number * factors.at(unit);
}

static void check_limits(const YamlNode& limits, const ResourceTier& tier, std::int64_t times = 1)
{
    CHECK(quantity(at(limits, "cpu").text) == times * static_cast<std::int64_t>(tier.cpus * 1000));
    CHECK(quantity(at(limits, "memory").text) == times * tier.memory);
    CHECK(quantity(at(limits, "ephemeral-storage").text) == times * tier.disk);
}

static void check_quota(const YamlNode& quota, const ResourceTier& tier)
{
    const auto runtime = deployed_yaml("kubernetes/runtimeclass.yaml");
    const auto overhead = at(at(*runtime.roots.at(0), "overhead"), "podFixed");
    const auto pods = quantity(at(quota, "pods").text) / 1000;
    const auto cpu = static_cast<std::int64_t>(tier.cpus * 1000);
    CHECK(quantity(at(quota, "limits.cpu").text) ==
          pods * (cpu + quantity(at(overhead, "cpu").text)));
    CHECK(quantity(at(quota, "limits.memory").text) ==
          pods * (tier.memory + quantity(at(overhead, "memory").text)));
    CHECK(quantity(at(quota, "limits.ephemeral-storage").text) == pods * tier.disk);
}

TEST_CASE("the limits of each tier in Kubernetes are those of rules/tiers.toml")
{
    const auto tiers = tiers_of(FakeHost{});
    REQUIRE(tiers);
    for (const auto& tier : tiers->all) {
        INFO(tier.name);
        const auto documents = deployed_yaml(cat("kubernetes/tiers/", tier.name, ".yaml"));
        REQUIRE(documents.roots.size() == 2);
        const auto& limits = *at(at(*documents.roots[0], "spec"), "limits").items.at(0);
        check_limits(at(limits, tier.open_ended ? "min" : "max"), tier);
        check_limits(at(limits, "default"), tier);
        check_limits(at(limits, "defaultRequest"), tier);
        CHECK(has(limits, "max") != tier.open_ended);
        if (!tier.open_ended)
            check_quota(at(at(*documents.roots[1], "spec"), "hard"), tier);
        const auto kubelet = deployed_yaml("kubernetes/kubelet.yaml");
        CHECK(at(*kubelet.roots.at(0), "podPidsLimit").text == std::to_string(tier.pids));
        CHECK(deployed_text("nomad/client.hcl")
                  .find(cat("pids_limit       = ", std::to_string(tier.pids), "\n")) !=
              std::string::npos);
    }
}

using Ports = std::array<bool, 65536>;

static Ports opened(const YamlNode& ports, const std::string& protocol)
{
    Ports open{};
    for (const auto* each : ports.items) {
        if (at(*each, "protocol").text != protocol)
            continue;
        const auto first = std::stoul(at(*each, "port").text);
        const auto last = has(*each, "endPort") ? std::stoul(at(*each, "endPort").text) : first;
        for (auto port = first; port <= last; ++port)
            open.at(port) = true;
    }
    return open;
}

static Ports refused(const EgressPolicy& policy, bool tcp)
{
    Ports closed{};
    for (const auto& group : policy.groups) {
        const auto& rule = group.refused;
        if (!group.enabled || rule.tier != Tier::Hard || rule.id == "host-services")
            continue;
        for (const auto& range : tcp ? rule.tcp : rule.udp)
            for (std::uint32_t port = range.first; port <= range.last; ++port)
                closed.at(port) = true;
    }
    return closed;
}

TEST_CASE("the network policy opens exactly the ports that rules/egress.toml does not refuse")
{
    const auto policy = load_egress_policy(FakeHost{}, egress_site_file, SiteFile::MayBeAbsent);
    REQUIRE(policy);
    const auto documents = deployed_yaml("kubernetes/networkpolicy.yaml");
    const auto& rule = *at(at(*documents.roots.at(2), "spec"), "egress").items.at(0);
    for (const auto* protocol : {"TCP", "UDP"}) {
        const auto open = opened(at(rule, "ports"), protocol);
        const auto closed = refused(*policy, protocol == std::string{"TCP"});
        CHECK(std::ranges::count(closed, true) > 4);
        for (std::size_t port = 1; port < open.size(); ++port) {
            INFO(protocol << " " << port);
            REQUIRE(open.at(port) != closed.at(port));
        }
    }
}
