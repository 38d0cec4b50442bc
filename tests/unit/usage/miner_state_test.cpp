#include "support/catch.hpp"
#include "support/fake_host.h"
#include "usage/miner_state.h"

using namespace harden;
using harden::test::FakeHost;

static MinerState sample_state()
{
    MinerState state{.boot = "b",
                     .look = {.time = "2026-11-22T08:00:00Z",
                              .containers = 1,
                              .measured = 1,
                              .flagged = 1,
                              .milliseconds = 2.5}};
    Track track{
        .name = "web\n\"x", .hot_since = "2026-11-22T07:00:00Z", .verdict = "watch", .score = 33};
    track.last = {.inode = 4242, .stamp = std::chrono::nanoseconds{123'456'789'012}};
    track.last.counters = {
        .cpu_ns = 18'000'000'000, .periods = 5, .throttled = 4, .throttled_us = 9};
    track.intervals = {{.seconds = 300.25, .cpu_seconds = 75, .demand = 1, .throttled = 0.92},
                       {.seconds = 299}};
    state.tracks.emplace("abc", track);
    return state;
}

TEST_CASE("a state is read back as it was written")
{
    const auto state = parse_miner_state(render_miner_state(sample_state()));
    REQUIRE(state);
    CHECK(state->boot == "b");
    CHECK(state->look.time == "2026-11-22T08:00:00Z");
    CHECK(state->look.flagged == 1);
    const auto& track = state->tracks.at("abc");
    CHECK(track.name == "web\n\"x");
    CHECK(track.score == 33);
    CHECK(track.last.inode == 4242);
    CHECK(track.last.stamp == std::chrono::nanoseconds{123'456'789'012});
    CHECK(track.last.counters.cpu_ns == 18'000'000'000U);
    CHECK(track.last.counters.throttled_us == 9U);
    CHECK_FALSE(track.last.counters.stalled_us);
    REQUIRE(track.intervals.size() == 2);
    CHECK(track.intervals[0].demand == 1);
    CHECK_FALSE(track.intervals[1].demand);
}

TEST_CASE("what is no state is malformed")
{
    const auto text =
        GENERATE(as<std::string>{}, "", "{", "[]", "{}", R"({"v":2})", R"({"v":1,"containers":[]})",
                 R"({"v":1,"containers":{"a":{"cpu_ns":-1}}})",
                 R"({"v":1,"containers":{"a":{"intervals":[{"s":0}]}}})",
                 R"({"v":1,"containers":{"a":{"intervals":[{"s":1,"d":7}]}}})");
    CHECK(parse_miner_state(text).error().kind == ErrorKind::Malformed);
}

TEST_CASE("no state and a damaged one are new baselines, with a note")
{
    FakeHost host;
    const auto first = read_miner_state(host);
    REQUIRE(first);
    CHECK(first->look.note.find("first look") != std::string::npos);

    const auto whole = render_miner_state(sample_state());
    for (std::size_t kept = 0; kept + 2 < whole.size(); ++kept) {
        host.with_file(miner_state_file, whole.substr(0, kept));
        const auto state = read_miner_state(host);
        REQUIRE(state);
        CHECK(state->tracks.empty());
        CHECK(state->look.note.find("damaged") != std::string::npos);
    }
}

TEST_CASE("what was done about a container outlives the process that did it")
{
    MinerState state{.boot = "b"};
    state.tracks["one"].standing = {.verdict = "miner",
                                    .confirmed = 2,
                                    .score = 93,
                                    .stamp = std::chrono::nanoseconds{7},
                                    .told = "miner",
                                    .action = "pause",
                                    .action_id = "one",
                                    .action_time = "2026-11-22T12:00:00Z",
                                    .is_pending = true};
    state.tracks["two"] = {};
    state.totals = {.looks = 9, .actions = {{"pause", 3}}, .ended = {"2026-11-22T11:00:00Z"}};
    const auto again = parse_miner_state(render_miner_state(state));
    REQUIRE(again);
    const auto& standing = again->tracks.at("one").standing;
    CHECK(standing.verdict == "miner");
    CHECK(standing.confirmed == 2);
    CHECK(standing.score == 93);
    CHECK(standing.stamp.count() == 7);
    CHECK(standing.told == "miner");
    CHECK(standing.action == "pause");
    CHECK(standing.action_id == "one");
    CHECK(standing.action_time == "2026-11-22T12:00:00Z");
    CHECK(standing.is_pending);
    CHECK(again->tracks.at("two").standing.action.empty());
    CHECK(again->totals.looks == 9);
    CHECK(again->totals.actions.at("pause") == 3);
    CHECK(again->totals.ended.size() == 1);
}
