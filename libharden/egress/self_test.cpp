#include "egress/self_test.h"

#include <algorithm>

namespace harden {

// As many as the sockets of a process allow for with ease: each question takes two.
static constexpr std::size_t most_at_once = 200;

namespace {

struct Counted {
    Result<std::vector<RuleHits>> before;
    Result<std::vector<RuleHits>> after;
};

}

static std::uint64_t packets_of(const std::vector<RuleHits>& hits, const GroupTest& group)
{
    std::uint64_t packets = 0;
    for (const auto& hit : hits)
        if (hit.group == group.group && (hit.family == "ip6") == group.is_v6)
            packets += hit.packets;
    return packets;
}

// What a soft group lets through it counts.
static TestOutcome counted(const GroupTest& group, TestOutcome outcome, const Counted& hits)
{
    if (outcome.verdict != Verdict::Pass || group.counted == 0)
        return outcome;
    if (!hits.before || !hits.after)
        return {Verdict::Unknown, (hits.before ? hits.after : hits.before).error().message};
    const auto before = packets_of(*hits.before, group);
    const auto after = packets_of(*hits.after, group);
    if (after < before + group.counted)
        return {Verdict::Fail, cat(outcome.what, ", but only ", std::to_string(after - before),
                                   " of ", std::to_string(group.counted), " counted")};
    outcome.what += ", counted";
    return outcome;
}

// Groups that can be asked together, with the controls.
static std::vector<NetworkTest> divided(NetworkTest all)
{
    std::vector<NetworkTest> parts;
    std::size_t questions = most_at_once;
    for (auto& group : all.groups) {
        if (questions + group.questions.size() > most_at_once) {
            parts.push_back({all.controls, {}});
            questions = all.controls.size();
        }
        questions += group.questions.size();
        parts.back().groups.push_back(std::move(group));
    }
    return parts;
}

static void ask(std::vector<TestLine>& lines, const Firewall& firewall, const NetworkTest& test,
                const TestNetwork& network, const PacketProbe& probe)
{
    auto questions = test.controls;
    for (const auto& group : test.groups)
        for (const auto& question : group.questions)
            if (std::ranges::find(questions, question) == questions.end())
                questions.push_back(question);
    Counted hits{firewall.hits(), Error{}};
    const auto answers = probe(network.source, questions);
    hits.after = firewall.hits();
    for (const auto& group : test.groups) {
        auto outcome = answers ? counted(group, judged(group, test, *answers), hits)
                               : TestOutcome{Verdict::Unknown, answers.error().message};
        lines.push_back({group.group, network.name, group.is_v6, std::move(outcome)});
    }
}

std::vector<TestLine> self_test(const Firewall& firewall, const Ruleset& ruleset,
                                const TestNetwork& network, const ProbeTargets& targets,
                                const PacketProbe& probe)
{
    std::vector<TestLine> lines;
    auto test = questions_for(ruleset, network, targets);
    if (!test)
        return {{"policy", network.name, false, {Verdict::Unknown, test.error().message}}};
    if (!network.has_ipv4 && !network.has_ipv6)
        return {
            {"policy", network.name, false, {Verdict::Unknown, "no free address to send from"}}};
    for (const auto& part : divided(*std::move(test)))
        ask(lines, firewall, part, network, probe);
    return lines;
}

Result<std::vector<TestLine>> self_test(const Node& node, const Ruleset& ruleset,
                                        const ProbeTargets& targets, const PacketProbe& probe)
{
    std::vector<TestLine> lines;
    for (const auto& network : TRY(test_networks(node.docker())))
        for (auto& line : self_test(node.firewall(), ruleset, network, targets, probe))
            lines.push_back(std::move(line));
    if (lines.empty())
        return Error{ErrorKind::NotFound,
                     "there is nothing to send: no bridge network, or no group in force",
                     {}};
    return lines;
}

}
