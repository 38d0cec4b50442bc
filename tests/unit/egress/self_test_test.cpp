#include "egress/self_test.h"
#include "support/catch.hpp"
#include "support/fake_node.h"
#include "support/firewall_contract.h"

#include <algorithm>
#include <set>

using namespace harden;
using harden::test::FakeNode;
using harden::test::small_ruleset;
using Expected = PacketQuestion::Expected;

static const ProbeTargets targets{
    "203.0.113.10", "2001:db8::10", "169.254.169.254", "fd00:ec2::254", 80, 443, 61999};

// A node whose packets fare as wanted, but for those that the test names.
struct Wire {
    FakeNode fake;
    std::set<std::pair<std::string, int>> open; // in spite of the policy
    std::set<std::pair<std::string, int>> shut;
    std::size_t most_at_once = 0;

    Wire()
    {
        fake.docker.known_networks = {{.name = "bridge",
                                       .driver = "bridge",
                                       .bridge = "docker0",
                                       .subnets = {"172.17.0.0/16"},
                                       .gateways = {"172.17.0.1"}}};
    }
    std::vector<TestLine> run(const Ruleset& ruleset = small_ruleset())
    {
        const auto lines = self_test(fake.node, ruleset, targets, probe());
        REQUIRE(lines);
        return *lines;
    }
    PacketProbe probe()
    {
        return [this](const PacketSource&, const std::vector<PacketQuestion>& questions)
                   -> Result<std::vector<PacketAnswer>> {
            most_at_once = std::max(most_at_once, questions.size());
            std::vector<PacketAnswer> answers;
            for (const auto& question : questions) {
                const std::pair<std::string, int> place{question.address, question.port};
                const bool is_open = !shut.contains(place) &&
                                     (open.contains(place) || question.expected == Expected::Open);
                answers.push_back({question, is_open ? PacketFate::Open : PacketFate::Refused, ""});
            }
            return answers;
        };
    }
};

static const TestLine& line(const std::vector<TestLine>& lines, const std::string& group)
{
    const auto found = std::ranges::find(lines, group, &TestLine::group);
    REQUIRE(found != lines.end());
    return *found;
}

TEST_CASE("packets that fare as the policy says are ok, a line a group and network")
{
    Wire wire;
    const auto lines = wire.run();
    for (const auto* group : {"metadata", "irc", "office", "smtp", "allow", "host-services"}) {
        INFO(group << ": " << line(lines, group).outcome.what);
        CHECK(line(lines, group).outcome.verdict == Verdict::Pass);
        CHECK(line(lines, group).network == "bridge");
    }
    CHECK(line(lines, "smtp").outcome.what == "tcp 25,587 refused; udp 25 refused");
}

TEST_CASE("a refused flow that is open fails, and so does a spared one that is shut")
{
    Wire wire;
    wire.open = {{"203.0.113.10", 587}, {"172.17.0.1", 22}};
    wire.shut = {{"169.254.169.254", 53}};
    const auto lines = wire.run();
    CHECK(line(lines, "smtp").outcome.verdict == Verdict::Fail);
    CHECK(line(lines, "smtp").outcome.what == "203.0.113.10:587 was reached");
    CHECK(line(lines, "host-services").outcome.verdict == Verdict::Fail);
    CHECK(line(lines, "metadata").outcome.verdict == Verdict::Fail);
    CHECK(line(lines, "irc").outcome.verdict == Verdict::Pass);
}

TEST_CASE("without its control a refusal is unknown, never a pass")
{
    Wire wire;
    wire.shut = {{"203.0.113.10", 443}};
    auto lines = wire.run();
    for (const auto* group : {"irc", "smtp", "office"})
        CHECK(line(lines, group).outcome.verdict == Verdict::Unknown);
    CHECK(line(lines, "host-services").outcome.verdict == Verdict::Pass); // has its own
    wire.shut = {{"172.17.0.1", 61999}}; // a node that lets nothing in, and packets that do fly
    lines = wire.run();
    CHECK(line(lines, "host-services").outcome.verdict == Verdict::Pass);
    CHECK(line(lines, "irc").outcome.verdict == Verdict::Pass);
    wire.shut.emplace("203.0.113.10", 443);
    lines = wire.run();
    CHECK(line(lines, "host-services").outcome.verdict == Verdict::Unknown);
}

TEST_CASE("a soft group has to count what it lets through")
{
    Wire wire;
    REQUIRE(wire.fake.firewall.replace(small_ruleset())); // its counters stay at 0
    CHECK(line(wire.run(), "watch").outcome.verdict == Verdict::Fail);
    CHECK(line(wire.run(), "watch").outcome.what.find("0 of 1 counted") != std::string::npos);
}

TEST_CASE("a network that nothing could be sent from is unknown, the others are not")
{
    Wire wire;
    wire.fake.docker.known_networks.push_back(
        {.name = "gone", .driver = "bridge", .bridge = "br-gone", .subnets = {"172.18.0.0/16"}});
    const auto good = wire.probe();
    const auto lines = self_test(
        wire.fake.node, small_ruleset(), targets,
        [&](const PacketSource& source,
            const std::vector<PacketQuestion>& questions) -> Result<std::vector<PacketAnswer>> {
            if (source.bridge == "br-gone")
                return Error{ErrorKind::NotFound, "no such bridge", {}};
            return good(source, questions);
        });
    REQUIRE(lines);
    const auto verdicts = [&](const std::string& network, Verdict verdict) {
        return std::ranges::count_if(*lines, [&](const TestLine& each) {
            return each.network == network && each.group != "watch" &&
                   each.outcome.verdict != verdict;
        });
    };
    CHECK(verdicts("bridge", Verdict::Pass) == 0);
    CHECK(verdicts("gone", Verdict::Unknown) == 0);
}

TEST_CASE("without networks nothing was tested, and that is an error")
{
    Wire wire;
    wire.fake.docker.known_networks.clear();
    CHECK_FALSE(self_test(wire.fake.node, small_ruleset(), targets, wire.probe()));
    wire.fake.docker.running = false;
    CHECK_FALSE(self_test(wire.fake.node, small_ruleset(), targets, wire.probe()));
}

TEST_CASE("a big policy is asked in parts that a process has sockets for")
{
    Wire wire;
    auto ruleset = small_ruleset();
    for (int i = 0; i < 40; ++i) {
        RefusedGroup group{.id = cat("g", std::to_string(i))};
        for (int port = 0; port < 20; ++port) {
            const auto number = static_cast<std::uint16_t>(10000 + i * 100 + port * 2);
            group.tcp.push_back({number, number});
        }
        ruleset.groups.push_back(group);
    }
    const auto lines = wire.run(ruleset);
    CHECK(line(lines, "g39").outcome.verdict == Verdict::Pass);
    CHECK(wire.most_at_once <= 210);
}

TEST_CASE("lines are text and JSON, and a network's name cannot forge one")
{
    const std::vector<TestLine> lines = {
        {"smtp", "evil\nok smtp", false, {Verdict::Fail, "203.0.113.10:25 was reached"}},
        {"irc", "bridge", true, {Verdict::Unknown, "why"}}};
    const auto text = render_text(lines);
    CHECK(text.find("FAIL    smtp  evil\\x0aok smtp  ip   203.0.113.10:25 was reached\n") == 0);
    CHECK(text.find("unknown irc   bridge") != std::string::npos);
    CHECK(text.find("0 ok, 1 failed, 1 unknown\n") != std::string::npos);
    const auto json = render_json(lines);
    CHECK(json.find("\"schema\": \"harden.egress-test/1\"") != std::string::npos);
    CHECK(json.find("\"status\": \"fail\"") != std::string::npos);
    CHECK(json.find("\"family\": \"ip6\"") != std::string::npos);
}
