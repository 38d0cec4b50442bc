#include "egress/wanted.h"
#include "unit/checks/ask.h"

using namespace harden;
using namespace harden::test;

namespace {

// A packet filter that differs from what is wanted in ways that the test says.
class DriftingFirewall final : public Firewall {
public:
    explicit DriftingFirewall(std::vector<RuleDrift> drifts)
        : drifts_{std::move(drifts)}
    {
    }
    Result<std::vector<std::string>> backends() const override
    {
        return std::vector<std::string>{"nftables"};
    }
    Result<std::vector<RuleDrift>> difference(const Ruleset&) const override { return drifts_; }
    Result<std::vector<RuleHits>> hits() const override
    {
        return std::vector<RuleHits>{{"smtp", "ip", 7}, {"tor", "ip6", 0}};
    }
    Result<std::vector<SourceHits>> hits_by_source() const override
    {
        return std::vector<SourceHits>{};
    }
    Result<> replace(const Ruleset&) override { return done; }
    Result<> remove() override { return done; }
    Result<std::vector<RuleDrift>> inbound_difference(const std::string&) const override
    {
        return std::vector<RuleDrift>{};
    }
    Result<std::vector<RuleHits>> inbound_hits() const override { return std::vector<RuleHits>{}; }
    Result<> replace_inbound(const std::string&) override { return done; }

private:
    std::vector<RuleDrift> drifts_;
};

}

static const std::vector<std::string> groups = {"egress.metadata-v4", "egress.metadata-v6",
                                                "egress.smtp",        "egress.mining",
                                                "egress.irc",         "egress.tor"};

TEST_CASE("every group is blocked where the kernel holds the policy")
{
    FakeNode fake;
    fake.firewall.held = *wanted_ruleset(fake.node);
    for (const auto& id : groups)
        CHECK(verdict_of(id, fake.node) == Verdict::Pass);
    CHECK(verdict_of("egress.policy", fake.node) == Verdict::Pass);
    CHECK(contains(ask("egress.smtp", fake.node).evidence, "25"));
}

TEST_CASE("no group is blocked where the kernel holds nothing")
{
    FakeNode fake;
    for (const auto& id : groups)
        CHECK(verdict_of(id, fake.node) == Verdict::Fail);
    CHECK(verdict_of("egress.policy", fake.node) == Verdict::Fail);
}

TEST_CASE("a difference counts for the group that it names, as a whole word")
{
    FakeHost host;
    FakeDocker docker;
    const auto verdict = [&](const std::string& id, const RuleDrift& drift) {
        DriftingFirewall firewall{{drift}};
        return verdict_of(id, Node{host, docker, firewall});
    };
    const RuleDrift smtp{"iptables-nft", "ip", "DOCKER-USER tcp dpt:25", "", "refused"};
    CHECK(verdict("egress.smtp", smtp) == Verdict::Fail);
    CHECK(verdict("egress.mining", smtp) == Verdict::Pass);
    CHECK(verdict("egress.policy", smtp) == Verdict::Fail);
    SECTION("25 is neither in 255 nor in 25565, and a hole that names no group is everybody's")
    {
        const RuleDrift other{"nftables", "inet", "map tcp_ports 255", "25565", ""};
        CHECK(verdict("egress.smtp", other) == Verdict::Fail);
        CHECK(verdict("egress.tor", other) == Verdict::Fail);
    }
}

TEST_CASE("a policy that leaves a port open or only counts it is no pass")
{
    const auto verdict = [](const std::string& id, const std::string& site) {
        FakeNode fake;
        fake.host.with_file("/etc/harden/egress.toml", "version = 1\n" + site);
        fake.firewall.held = *wanted_ruleset(fake.node);
        return verdict_of(id, fake.node);
    };
    CHECK(verdict("egress.smtp", "[groups.smtp]\ntcp = [255, 465]\n") == Verdict::Fail);
    CHECK(verdict("egress.smtp", "[groups.smtp]\ntier = \"soft\"\n") == Verdict::Fail);
    CHECK(verdict("egress.smtp", "[groups.smtp]\nenabled = false\n") == Verdict::Fail);
    CHECK(verdict("egress.smtp", "[groups.smtp]\ntcp = [25]\n") == Verdict::Pass);
}

TEST_CASE("the egress rules are unknown where the policy cannot be read")
{
    FakeNode fake;
    fake.host.with_file("/etc/harden/egress.toml", "version = 1\nbogus = 2\n");
    CHECK(verdict_of("egress.smtp", fake.node) == Verdict::Unknown);
    CHECK(verdict_of("egress.policy", fake.node) == Verdict::Unknown);
}

TEST_CASE("what was refused is told, never judged")
{
    FakeHost host;
    FakeDocker docker;
    DriftingFirewall firewall{{}};
    const auto finding = ask("egress.hits", Node{host, docker, firewall});
    CHECK(finding.verdict == Verdict::Info);
    CHECK(finding.evidence == "packets: smtp ip 7");
}
