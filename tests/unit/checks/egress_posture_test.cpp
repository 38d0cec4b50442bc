#include "checks/egress_rows.h"
#include "egress/wanted.h"
#include "unit/checks/ask.h"

using namespace harden;
using namespace harden::test;

static constexpr auto save_head = ":FORWARD DROP [0:0]\n-A FORWARD -j DOCKER-USER\n"
                                  "-A FORWARD -j DOCKER-FORWARD\n";

TEST_CASE("our rules in DOCKER-USER come before what lets all through, once each")
{
    const std::string ours = "-A DOCKER-USER -p tcp -m comment --comment harden:smtp -j REJECT\n";
    const std::string all = "-A DOCKER-USER -j RETURN\n";
    CHECK_FALSE(wrong_order(save_head + ours + all));
    CHECK_FALSE(wrong_order(""));
    CHECK(contains(*wrong_order(save_head + all + ours), "lets all through before"));
    CHECK(contains(*wrong_order(save_head + ours + ours), "twice"));
    CHECK(contains(*wrong_order("-A FORWARD -j ACCEPT\n-A FORWARD -j DOCKER-USER\n"), "before it"));
    CHECK(contains(*wrong_order("-A FORWARD -j DOCKER-FORWARD\n-A FORWARD -j DOCKER-USER\n"),
                   "before it"));
    CHECK_FALSE(wrong_order(save_head + ("-A DOCKER-USER -s 10.0.0.1/32 -j RETURN\n" + ours)));
}

TEST_CASE("egress.rule-order, egress.backend and egress.rate-limit go by what the kernel holds")
{
    FakeNode fake;
    for (const auto* id : {"egress.rule-order", "egress.backend", "egress.rate-limit"}) {
        INFO(id);
        fake.firewall.held = {};
        CHECK(verdict_of(id, fake.node) == Verdict::Fail);
        fake.firewall.held = *wanted_ruleset(fake.node);
        fake.docker.running = true;
        CHECK(verdict_of(id, fake.node) == Verdict::Pass);
        fake.host.with_file("/etc/harden/egress.toml", "bogus");
        CHECK(verdict_of(id, fake.node) == Verdict::Unknown);
        CHECK(fake.host.remove("/etc/harden/egress.toml"));
    }
}

TEST_CASE("egress.rate-limit fails where the policy has none or only counts")
{
    for (const auto* site : {"[rate]\nenabled = false\n", "[rate]\ntier = \"soft\"\n"}) {
        FakeNode fake;
        fake.host.with_file("/etc/harden/egress.toml", cat("version = 1\n", site));
        fake.firewall.held = *wanted_ruleset(fake.node);
        CHECK(verdict_of("egress.rate-limit", fake.node) == Verdict::Fail);
    }
}

static void with_units(FakeNode& fake, const std::string& state, const std::string& active)
{
    for (const auto* unit : {"harden-egress.service", "harden-egress-watch.service"})
        fake.host.answering({"systemctl", "show", "--property=UnitFileState,ActiveState", unit},
                            {.out = cat("ActiveState=", active, "\nUnitFileState=", state, "\n")});
}

TEST_CASE("egress.survives-restart")
{
    FakeNode fake;
    CHECK(verdict_of("egress.survives-restart", fake.node) == Verdict::Unknown); // no systemctl
    with_units(fake, "enabled", "active");
    CHECK(contains(ask("egress.survives-restart", fake.node).evidence, "a boot loads them"));
    fake.host.with_file(recorded_ruleset_file, "{}");
    CHECK(verdict_of("egress.survives-restart", fake.node) == Verdict::Pass);
    fake.host.with_file("/etc/iptables/rules.v4", "*filter\n:DOCKER-USER - [0:0]\n");
    CHECK(verdict_of("egress.survives-restart", fake.node) == Verdict::Pass);
    fake.host.with_file("/etc/iptables/rules.v4", "*filter\n:DOCKER - [0:0]\n");
    CHECK(contains(ask("egress.survives-restart", fake.node).evidence, "Docker's own chains"));
    with_units(fake, "enabled", "inactive");
    CHECK(
        contains(ask("egress.survives-restart", fake.node).evidence, "watch.service is inactive"));
    with_units(fake, "", "inactive");
    CHECK(contains(ask("egress.survives-restart", fake.node).evidence, "not installed"));
}

TEST_CASE("egress.spoofing takes the greater of two settings, as the kernel does")
{
    const auto verdict = [](const std::string& all, const std::string& own) {
        FakeNode fake;
        fake.docker.running = true;
        fake.docker.known_networks = {{.name = "bridge", .driver = "bridge", .bridge = "docker0"}};
        fake.host.with_file("/proc/sys/net/ipv4/conf/all/rp_filter", all);
        fake.host.with_file("/proc/sys/net/ipv4/conf/docker0/rp_filter", own);
        return ask("egress.spoofing", fake.node, {}, Profile::Strict).verdict;
    };
    CHECK(verdict("0\n", "1\n") == Verdict::Pass);
    CHECK(verdict("1\n", "0\n") == Verdict::Pass);
    CHECK(verdict("2\n", "1\n") == Verdict::Fail);
    CHECK(verdict("0\n", "0\n") == Verdict::Fail);
    CHECK(verdict("x", "1\n") == Verdict::Unknown);
}

TEST_CASE("egress.conntrack-room")
{
    const auto verdict = [](const std::string& count, const std::string& most) {
        FakeNode fake;
        fake.host.with_file("/proc/sys/net/netfilter/nf_conntrack_count", count);
        fake.host.with_file("/proc/sys/net/netfilter/nf_conntrack_max", most);
        return verdict_of("egress.conntrack-room", fake.node);
    };
    CHECK(verdict("100\n", "262144\n") == Verdict::Pass);
    CHECK(verdict("250000\n", "262144\n") == Verdict::Fail);
    CHECK(verdict("100\n", "0\n") == Verdict::Unknown);
    CHECK(verdict("many", "0\n") == Verdict::Unknown);
    FakeNode none;
    CHECK(verdict_of("egress.conntrack-room", none.node) == Verdict::NotApplicable);
}
