#include "rules.h"
#include "usage/score.h"

using namespace harden;
using namespace harden::test;

static std::vector<Interval> intervals(int count, double demand)
{
    return {static_cast<std::size_t>(count), Interval{.seconds = 300, .demand = demand}};
}

static const Counters readable{.cpu_ns = 1,
                               .periods = 1,
                               .throttled = 1,
                               .throttled_us = 1,
                               .stalled_us = 1,
                               .memory_bytes = 1,
                               .pids = 1,
                               .quota = 0.25};

static Judgement judged(std::vector<Interval> intervals, const Counters& now,
                        const std::optional<Evidence>& evidence, const MinerRules& rules)
{
    Observation seen;
    seen.counters = now;
    seen.evidence = evidence;
    seen.traffic = Traffic{};
    seen.flows.emplace();
    return judge({.intervals = std::move(intervals)}, seen, rules);
}

static const Evidence innocent{.has_argv = true};
static const Evidence convicting{.has_argv = true, .seen = {{SignKind::Program, "name xmrig"}}};

TEST_CASE("an hour at the own quota is sustained and flat, and not a miner without evidence")
{
    const auto judgement = judged(intervals(12, 1), readable, innocent, shipped_rules());
    CHECK(judgement.score == 33);
    CHECK(judgement.verdict == MinerVerdict::Watch);
    CHECK(judgement.confidence == 1);
    REQUIRE(judgement.terms.size() == 2);
    CHECK(judgement.terms[0].name == "sustained");
    CHECK(judgement.terms[0].value == "1");
    CHECK(judgement.terms[0].points == 25);
    CHECK(judgement.terms[1].name == "flat");
}

TEST_CASE("the same with evidence is a miner")
{
    const auto judgement = judged(intervals(12, 1), readable, convicting, shipped_rules());
    CHECK(judgement.score == 73);
    CHECK(judgement.verdict == MinerVerdict::Miner);
    CHECK(judgement.terms.back().value == "\"name xmrig\"");
}

TEST_CASE("half a window counts half, and with evidence makes a suspect")
{
    CHECK(judged(intervals(6, 1), readable, innocent, shipped_rules()).score == 12);
    const auto judgement = judged(intervals(6, 1), readable, convicting, shipped_rules());
    CHECK(judgement.score == 52);
    CHECK(judgement.verdict == MinerVerdict::Suspect);
    CHECK(judgement.confidence == 0.5);
}

TEST_CASE("a level held below the quota is steady")
{
    const auto judgement = judged(intervals(12, 0.5), readable, {}, shipped_rules());
    CHECK(judgement.score == 26);
    CHECK(judgement.terms[0].name == "steady");
}

TEST_CASE("idle and varying containers are ok")
{
    CHECK(judged(intervals(12, 0), readable, {}, shipped_rules()).score == 0);
    auto varying = intervals(12, 0.3);
    for (std::size_t i = 0; i < varying.size(); i += 2)
        varying[i].demand = 0.6;
    const auto judgement = judged(varying, readable, {}, shipped_rules());
    CHECK(judgement.score == 0);
    CHECK(judgement.verdict == MinerVerdict::Ok);
}

TEST_CASE("however much use counts, without evidence it ends below miner")
{
    auto rules = shipped_rules();
    rules.sustained.most_points = 100;
    const auto judgement = judged(intervals(18, 1), readable, innocent, rules);
    CHECK(judgement.score == rules.verdicts.ceiling);
    CHECK(judgement.verdict == MinerVerdict::Suspect);
}

TEST_CASE("what could not be read lowers confidence, and use that could not is not ok")
{
    auto counters = readable;
    counters.stalled_us.reset();
    const auto lower = judged(intervals(12, 1), counters, Evidence{}, shipped_rules());
    CHECK(lower.confidence == Approx(0.6)); // neither crowding nor processes
    counters.cpu_ns.reset();
    CHECK(judged({}, counters, {}, shipped_rules()).verdict == MinerVerdict::Unknown);
}

static bool deserves_a_closer_look(std::vector<Interval> intervals, const MinerRules& rules)
{
    return deserves_a_closer_look(Track{.intervals = std::move(intervals)}, {}, rules);
}

TEST_CASE("processes are looked at when the last interval was hot or the past counts")
{
    const auto rules = shipped_rules();
    CHECK(deserves_a_closer_look(intervals(1, 0.9), rules));
    CHECK_FALSE(deserves_a_closer_look(intervals(12, 0.1), rules));
    CHECK_FALSE(deserves_a_closer_look(intervals(0, 0), rules));
    auto cooling = intervals(11, 0.9);
    cooling.push_back({.seconds = 300, .demand = 0});
    CHECK(deserves_a_closer_look(cooling, rules));
}
