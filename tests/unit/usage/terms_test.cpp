#include "rules.h"
#include "usage/terms.h"

using namespace harden;
using namespace harden::test;
using namespace std::chrono_literals;

namespace {

// A container as the terms see it: by default an hour of all it may use, said in few bytes.
struct Case {
    Track track;
    Observation now;
    MinerRules rules = shipped_rules();

    Case()
    {
        const Interval hour{.seconds = 300,
                            .cpu_seconds = 75,
                            .demand = 1,
                            .crowded = 0,
                            .sent_bytes = 3'000,
                            .received_bytes = 4'000,
                            .memory_bytes = 5e7};
        track.intervals.assign(12, hour);
        track.last.stamp = 10h;
        now.counters = {.cpu_ns = 1, .quota = 0.25};
        now.traffic = Traffic{};
        now.flows.emplace();
    }
    void each(const std::function<void(Interval&)>& change)
    {
        std::ranges::for_each(track.intervals, change);
    }
    void keep(const std::string& remote, std::uint16_t port, std::chrono::minutes age = 60min)
    {
        const Flow flow{"tcp", 40'000, remote, port, true, true};
        now.flows->push_back(flow);
        track.flows.push_back({flow, track.last.stamp - age});
    }
    // As the look before saw it too.
    void show(SignKind kind)
    {
        now.evidence = Evidence{.has_memory = true, .seen = {{kind, "x"}}};
        track.words = {kind == SignKind::Stratum, kind == SignKind::PoolName};
    }
    int points(std::string_view name) const
    {
        for (const auto& term : judge(track, now, rules).terms)
            if (term.name == name)
                return term.points;
        return 0;
    }
};

}

TEST_CASE("few bytes for much work are quiet; none, many and unknown ones are not")
{
    Case seen;
    CHECK(seen.points("quiet") == 12);
    seen.each([](Interval& one) { one.sent_bytes = 0; });
    CHECK(seen.points("quiet") == 0);
    seen.each([](Interval& one) { one.sent_bytes = 1e6; });
    CHECK(seen.points("quiet") == 0);
    seen.each([](Interval& one) { one.sent_bytes.reset(); });
    CHECK(seen.points("quiet") == 0);
}

TEST_CASE("results sent now and then are not quiet: a miner talks all the time")
{
    Case seen;
    for (std::size_t at = 0; at < 12; ++at)
        seen.track.intervals[at].sent_bytes = at % 6 == 0 ? 18'000 : 0;
    CHECK(seen.points("quiet") == 0);
    seen.each([](Interval& one) { one.sent_bytes = 3'000; });
    CHECK(seen.points("quiet") == 12);
}

TEST_CASE("a connection that stays and carries little counts while the container works")
{
    Case seen;
    CHECK(seen.points("long_flow") == 0);
    seen.keep("198.51.100.7", 443);
    CHECK(seen.points("long_flow") == 15);
    seen.track.flows[0].since = seen.track.last.stamp - 20min;
    CHECK(seen.points("long_flow") == 0);
    seen.track.flows[0].since = 0s;
    seen.each([](Interval& one) { one.demand = 0.1; });
    CHECK(seen.points("long_flow") == 0);
    seen.each([](Interval& one) { one.demand = 1; });
    seen.now.flows.reset();
    CHECK(seen.points("long_flow") == 0);
}

TEST_CASE("evenness says nothing on a crowded host")
{
    Case seen;
    CHECK(seen.points("flat") == 8);
    seen.track.intervals[3].crowded = 0.5;
    CHECK(seen.points("flat") == 0);
}

TEST_CASE("a level held is steady, but not beside another's traffic")
{
    Case seen;
    seen.each([](Interval& one) { one.demand = 0.5; });
    CHECK(seen.points("steady") == 18);
    seen.each([](Interval& one) { one.sent_bytes = 1e7; });
    CHECK(seen.points("steady") == 0);
}

TEST_CASE("never to rest for four hours counts, unless the traffic is another's")
{
    Case seen;
    CHECK(seen.points("lasting") == 0);
    seen.track.intervals.assign(48, seen.track.intervals[0]);
    CHECK(seen.points("lasting") == 18);
    seen.each([](Interval& one) { one.sent_bytes.reset(); });
    CHECK(seen.points("lasting") == 18);
    seen.each([](Interval& one) { one.sent_bytes = 0; });
    CHECK(seen.points("lasting") == 0);
}

TEST_CASE("a scratchpad's size counts while it is held and known")
{
    Case seen;
    seen.each([](Interval& one) { one.memory_bytes = 280.0 * 1024 * 1024; });
    CHECK(seen.points("memory") == 5);
    seen.track.intervals[4].memory_bytes = 5e7;
    CHECK(seen.points("memory") == 0);
    seen.track.intervals[4].memory_bytes.reset();
    CHECK(seen.points("memory") == 0);
}

TEST_CASE("a busy GPU is use like any other, and beside idle processors a sign")
{
    Case seen;
    seen.each([](Interval& one) {
        one.demand = 0.1;
        one.gpu = 0.98;
    });
    CHECK(seen.points("sustained") == 25);
    CHECK(seen.points("gpu") == 5);
    seen.each([](Interval& one) { one.gpu.reset(); });
    CHECK(seen.points("sustained") == 0);
    CHECK(seen.points("gpu") == 0);
}

TEST_CASE("a pool's port counts beyond the node, not at a neighbour's")
{
    Case seen;
    seen.keep("172.18.0.6", 3333);
    CHECK(seen.points("pool_port") == 0);
    seen.keep("198.51.100.7", 3333);
    CHECK(seen.points("pool_port") == 12);
    seen.now.flows.reset();
    CHECK(seen.points("pool_port") == 0);
}

TEST_CASE("refused packets alone convict nobody")
{
    Case seen;
    CHECK(seen.points("refused") == 0);
    seen.each([](Interval& one) { one.refused = 50; });
    CHECK(seen.points("refused") == 18);
    seen.keep("198.51.100.7", 443);
    CHECK(judge(seen.track, seen.now, seen.rules).verdict == MinerVerdict::Suspect);
}

TEST_CASE("words in memory count in full for one that talks as a miner does")
{
    const auto kind = GENERATE(SignKind::Stratum, SignKind::PoolName);
    const bool is_stratum = kind == SignKind::Stratum;
    const std::string name = is_stratum ? "stratum" : "pool_name";
    const int full = is_stratum ? 60 : 35;
    const int alone = is_stratum ? 15 : 10;
    Case seen;
    CHECK(seen.points(name) == 0);
    seen.show(kind);
    CHECK(seen.points(name) == alone); // it is connected to nobody
    seen.keep("198.51.100.7", 443, 5min);
    CHECK(seen.points(name) == full);
    CHECK(judge(seen.track, seen.now, seen.rules).verdict == MinerVerdict::Miner);
    seen.track.words = {!is_stratum, is_stratum}; // the look before saw the other ones
    CHECK(seen.points(name) == alone);
    CHECK(judge(seen.track, seen.now, seen.rules).verdict != MinerVerdict::Miner);
    seen.show(kind);
    seen.each([](Interval& one) { one.received_bytes = 1e7; }); // a scanner's
    CHECK(seen.points(name) == alone);
    seen.each([](Interval& one) { one.received_bytes.reset(); }); // nobody can tell
    CHECK(seen.points(name) == alone);
}

TEST_CASE("an hour of work alone is watched, a longer one suspected, one with a sign at once")
{
    Case seen;
    seen.keep("198.51.100.7", 443);
    const auto judged = [&seen] { return judge(seen.track, seen.now, seen.rules); };
    CHECK(judged().score == 44);
    CHECK(judged().verdict == MinerVerdict::Watch);
    seen.track.intervals.assign(18, seen.track.intervals[0]);
    CHECK(judged().verdict == MinerVerdict::Suspect);
    seen.track.intervals.resize(12);
    seen.keep("198.51.100.8", 3333);
    CHECK(judged().verdict == MinerVerdict::Suspect);
}

TEST_CASE("evidence of one that does not work is no miner")
{
    Case seen;
    seen.show(SignKind::Stratum);
    seen.keep("198.51.100.7", 3333);
    CHECK(judge(seen.track, seen.now, seen.rules).verdict == MinerVerdict::Miner);
    seen.each([](Interval& one) { one.demand = 0.02; });
    CHECK(judge(seen.track, seen.now, seen.rules).verdict != MinerVerdict::Miner);
}

TEST_CASE("what cannot be read lowers the confidence below what ends a container")
{
    Case seen;
    seen.now.counters.memory_bytes = 1;
    const auto confidence = [&seen] { return judge(seen.track, seen.now, seen.rules).confidence; };
    CHECK(confidence() == Approx(0.7)); // version 1: nobody tells how crowded it is
    seen.now.counters.stalled_us = 1;
    seen.now.counters.throttled_us = 1;
    CHECK(confidence() == Approx(1));
    seen.now.flows.reset();
    seen.now.traffic.reset();
    CHECK(confidence() == Approx(0.8));
    seen.now.evidence = Evidence{};
    CHECK(confidence() == Approx(0.7));
}
