#include "unit/checks/ask.h"

using namespace harden;
using namespace harden::test;

using Expected = PacketQuestion::Expected;

// A path on which the control passes, everything else has this fate.
static Probes probing(PacketFate others, PacketFate control = PacketFate::Open)
{
    return {.packets = [=](const PacketSource&, const std::vector<PacketQuestion>& questions)
                -> Result<std::vector<PacketAnswer>> {
        std::vector<PacketAnswer> answers;
        for (const auto& question : questions)
            answers.push_back(
                {question, question.expected == Expected::Open ? control : others, ""});
        return answers;
    }};
}

static FakeNode& with_ipv6(FakeNode& fake)
{
    fake.host.with_file("/proc/sys/net/ipv6/conf/all/forwarding", "1\n");
    return fake;
}

static const std::vector<std::string> closed4 = {"network.metadata-v4", "network.smtp",
                                                 "network.mining", "network.irc", "network.tor"};
static const std::vector<std::string> closed6 = {"network.metadata-v6", "network.smtp-v6",
                                                 "network.mining-v6", "network.irc-v6",
                                                 "network.tor-v6"};

TEST_CASE("refused packets pass where the control is answered")
{
    FakeNode fake;
    with_ipv6(fake);
    for (const auto* ids : {&closed4, &closed6})
        for (const auto& id : *ids) {
            CHECK(ask(id, fake.node, probing(PacketFate::Refused)).verdict == Verdict::Pass);
            CHECK(ask(id, fake.node, probing(PacketFate::Silent)).verdict == Verdict::Pass);
        }
    CHECK(ask("network.web", fake.node, probing(PacketFate::Refused)).verdict == Verdict::Pass);
}

TEST_CASE("one packet that gets through fails, whatever became of the control")
{
    FakeNode fake;
    with_ipv6(fake);
    for (const auto* ids : {&closed4, &closed6})
        for (const auto& id : *ids)
            for (const auto control : {PacketFate::Open, PacketFate::Silent})
                CHECK(ask(id, fake.node, probing(PacketFate::Open, control)).verdict ==
                      Verdict::Fail);
}

TEST_CASE("without the control a refusal says nothing")
{
    // the seed took every error for "blocked"
    FakeNode fake;
    for (const auto& id : closed4)
        CHECK(ask(id, fake.node, probing(PacketFate::Silent, PacketFate::Silent)).verdict ==
              Verdict::Unknown);
    CHECK(ask("network.web", fake.node, probing(PacketFate::Silent, PacketFate::Silent)).verdict ==
          Verdict::Unknown);
}

TEST_CASE("IPv6 is not applicable where containers have none, else unknown without control")
{
    FakeNode fake;
    const auto silent = probing(PacketFate::Silent, PacketFate::Silent);
    CHECK(ask("network.smtp-v6", fake.node, silent).verdict == Verdict::NotApplicable);
    with_ipv6(fake);
    CHECK(ask("network.smtp-v6", fake.node, silent).verdict == Verdict::NotApplicable);
    fake.docker.known_networks = {{.name = "six", .ipv6 = true}};
    for (const auto& id : closed6)
        CHECK(ask(id, fake.node, silent).verdict == Verdict::Unknown);
    CHECK(ask("network.web-v6", fake.node, silent).verdict == Verdict::Unknown);
    CHECK(ask("network.web-v6", fake.node, probing(PacketFate::Refused)).verdict == Verdict::Pass);
}

TEST_CASE("packets that could not be sent leave the answer open")
{
    FakeNode fake;
    CHECK(verdict_of("network.smtp", fake.node) == Verdict::Unknown);
    const Probes refused{
        .packets = [](const PacketSource&,
                      const std::vector<PacketQuestion>&) -> Result<std::vector<PacketAnswer>> {
            return Error{ErrorKind::Denied, "needs root", {}};
        }};
    const auto finding = ask("network.smtp", fake.node, refused);
    CHECK(finding.verdict == Verdict::Unknown);
    CHECK(finding.evidence == "needs root");
}

TEST_CASE("a group that is only watched, or not for this network, is not refused")
{
    FakeNode fake;
    fake.host.with_file("/etc/harden/egress.toml", "version = 1\n[groups.smtp]\ntier = \"soft\"\n"
                                                   "[groups.irc]\nenabled = false\n");
    const auto refused = probing(PacketFate::Refused);
    CHECK(contains(ask("network.smtp", fake.node, refused).evidence, "only watches"));
    CHECK(ask("network.smtp", fake.node, refused).verdict == Verdict::Fail);
    CHECK(contains(ask("network.irc", fake.node, refused).evidence, "switched off"));
}

// A node whose default bridge has both families.
static FakeNode& with_bridge(FakeNode& fake)
{
    fake.docker.running = true;
    fake.docker.known_networks = {{.name = "bridge",
                                   .driver = "bridge",
                                   .bridge = "docker0",
                                   .ipv6 = true,
                                   .subnets = {"172.17.0.0/16", "fd00:17::/64"},
                                   .gateways = {"172.17.0.1", "fd00:17::1"}}};
    return with_ipv6(fake);
}

TEST_CASE("the node's own services and IPv6 go by the same packets")
{
    FakeNode fake;
    with_bridge(fake);
    for (const auto* id : {"egress.host-services", "egress.ipv6-parity"}) {
        INFO(id);
        CHECK(ask(id, fake.node, probing(PacketFate::Refused)).verdict == Verdict::Pass);
        CHECK(ask(id, fake.node, probing(PacketFate::Open)).verdict == Verdict::Fail);
        CHECK(ask(id, fake.node, probing(PacketFate::Refused, PacketFate::Silent)).verdict ==
              Verdict::Unknown);
        CHECK(ask(id, fake.node).verdict == Verdict::Unknown);
    }
}

TEST_CASE("a default bridge without IPv6 has no services to reach over it")
{
    FakeNode fake;
    with_bridge(fake);
    auto& bridge = fake.docker.known_networks.front();
    bridge.subnets.pop_back();
    bridge.gateways.pop_back();
    CHECK(ask("egress.host-services", fake.node, probing(PacketFate::Refused)).verdict ==
          Verdict::Pass);
}

TEST_CASE("egress.name-service wants name and time services at metadata addresses open")
{
    FakeNode fake;
    with_bridge(fake);
    const auto answering = [](PacketFate spared) {
        return Probes{.packets = [=](const PacketSource&,
                                     const std::vector<PacketQuestion>& questions)
                          -> Result<std::vector<PacketAnswer>> {
            std::vector<PacketAnswer> answers;
            for (const auto& question : questions) {
                const bool is_spared = question.expected == Expected::Open && question.port < 443;
                answers.push_back({question, is_spared ? spared : PacketFate::Open, ""});
            }
            return answers;
        }};
    };
    CHECK(ask("egress.name-service", fake.node, answering(PacketFate::Open)).verdict ==
          Verdict::Pass);
    CHECK(ask("egress.name-service", fake.node, answering(PacketFate::Refused)).verdict ==
          Verdict::Fail);
    CHECK(verdict_of("egress.name-service", fake.node) == Verdict::Unknown);
    fake.host.with_file("/etc/harden/egress.toml",
                        "version = 1\n[groups.metadata]\nspared_tcp = []\nspared_udp = []\n");
    CHECK(ask("egress.name-service", fake.node, answering(PacketFate::Open)).verdict ==
          Verdict::Fail);
}

TEST_CASE("egress.private-networks is closed only where the policy says so")
{
    FakeNode fake;
    with_bridge(fake);
    const auto verdict = [&](PacketFate fate) {
        return ask("egress.private-networks", fake.node, probing(fate), Profile::Strict).verdict;
    };
    CHECK(verdict(PacketFate::Refused) == Verdict::Fail);
    fake.host.with_file("/etc/harden/egress.toml",
                        "version = 1\n[groups.private]\nenabled = true\n");
    CHECK(verdict(PacketFate::Refused) == Verdict::Pass);
    CHECK(verdict(PacketFate::Open) == Verdict::Fail);
    CHECK(verdict_of("egress.private-networks", fake.node) == Verdict::Unknown);
}

// With --probe a network of somebody else's counts as well.
TEST_CASE("with --probe every network's packets count")
{
    FakeNode fake;
    with_bridge(fake);
    fake.docker.known_networks.push_back({.name = "hole",
                                          .driver = "bridge",
                                          .bridge = "br-hole",
                                          .subnets = {"172.30.0.0/16"},
                                          .gateways = {"172.30.0.1"}});
    auto probes = probing(PacketFate::Refused);
    probes.canaries =
        [](const std::vector<CanaryOrder>& orders) -> Result<std::vector<CanarySighting>> {
        return std::vector<CanarySighting>(orders.size());
    };
    CHECK(ask("network.smtp", fake.node, probes).verdict == Verdict::Pass);
    probes.packets =
        [](const PacketSource& source,
           const std::vector<PacketQuestion>& questions) -> Result<std::vector<PacketAnswer>> {
        std::vector<PacketAnswer> answers;
        for (const auto& question : questions) {
            const bool is_open = question.expected == Expected::Open || source.bridge == "br-hole";
            answers.push_back({question, is_open ? PacketFate::Open : PacketFate::Refused, ""});
        }
        return answers;
    };
    const auto finding = ask("network.smtp", fake.node, probes);
    CHECK(finding.verdict == Verdict::Fail);
    CHECK(contains(finding.evidence, "hole: "));
}
