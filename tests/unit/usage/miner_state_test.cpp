#include "support/catch.hpp"
#include "support/fake_host.h"
#include "usage/miner_state.h"

using namespace harden;
using harden::test::FakeHost;

static Track sample_track()
{
    Track track{.name = "web\n\"x",
                .image_id = "sha256:1",
                .owner = "ann\xff",
                .runtime = "runsc",
                .group = "/tenants/x",
                .started = std::chrono::seconds{7},
                .hot_since = "2026-11-22T07:00:00Z",
                .verdict = "watch",
                .score = 33};
    track.last = {.inode = UINT64_MAX, .stamp = std::chrono::nanoseconds{123'456'789'012}};
    track.last.counters = {
        .cpu_ns = 18'000'000'000, .periods = 5, .throttled = 4, .throttled_us = 9, .quota = 0.25};
    track.last.traffic = Traffic{UINT64_MAX, 1, 2, 3, 4};
    track.last.refused = 17;
    const std::vector<Interval> intervals{
        {.seconds = 300, .cpu_seconds = 75, .demand = 1, .throttled = 0.92}, {.seconds = 299}};
    track.ring = Ring::of(intervals);
    track.flows = {{{"tcp", 40000, "192.0.2.7", 3333, true, true}, std::chrono::seconds{3}}};
    track.words = {.stratum = true};
    track.standing = {.verdict = "miner", .confirmed = 1, .action = "webhook"};
    return track;
}

static MinerState sample_state()
{
    MinerState state{.boot = "b",
                     .look = {.time = "2026-11-22T08:00:00Z",
                              .containers = 1,
                              .measured = 1,
                              .flagged = 1,
                              .unowned = 2,
                              .milliseconds = 2.5}};
    state.tracks.emplace("abc", sample_track());
    state.departed.emplace("gone", sample_track()).first->second.left = std::chrono::seconds{9};
    state.unowned.emplace("/docker/x", Track{});
    return state;
}

TEST_CASE("a state is read back as it was written")
{
    const auto state = parse_miner_state(render_miner_state(sample_state()));
    REQUIRE(state);
    CHECK(state->boot == "b");
    CHECK(state->look.time == "2026-11-22T08:00:00Z");
    CHECK(state->look.flagged == 1);
    CHECK(state->look.unowned == 2);
    CHECK(state->departed.at("gone").left == std::chrono::seconds{9});
    CHECK(state->unowned.at("/docker/x").ring.is_empty());
    const auto& track = state->tracks.at("abc");
    const auto written = sample_track();
    CHECK(track.name == written.name);
    CHECK(track.image_id == written.image_id);
    CHECK(track.owner == "ann\xef\xbf\xbd");
    CHECK(track.runtime == written.runtime);
    CHECK(track.group == written.group);
    CHECK(track.started == written.started);
    CHECK(track.score == 33);
    CHECK(track.last.inode == UINT64_MAX);
    CHECK(track.last.stamp == written.last.stamp);
    CHECK(track.last.counters.cpu_ns == 18'000'000'000U);
    CHECK(track.last.counters.throttled_us == 9U);
    CHECK(track.last.counters.quota == 0.25);
    CHECK_FALSE(track.last.counters.stalled_us);
    CHECK(track.last.traffic->links == UINT64_MAX);
    CHECK(track.last.traffic->received_packets == 4);
    CHECK(track.last.refused == 17U);
    CHECK(track.flows.at(0).flow == written.flows[0].flow);
    CHECK(track.flows.at(0).since == written.flows[0].since);
    CHECK(track.words == written.words);
    CHECK(track.standing.confirmed == 1);
    CHECK(track.standing.action == "webhook");
    CHECK(track.ring.text() == written.ring.text());
    REQUIRE(track.ring.size() == 2);
    CHECK(track.ring.at(0).demand == 1);
    CHECK_FALSE(track.ring.at(1).demand);
}

TEST_CASE("written again, it is the same")
{
    const auto once = render_miner_state(sample_state());
    const auto state = parse_miner_state(once);
    REQUIRE(state);
    CHECK(render_miner_state(*state) == once);
}

TEST_CASE("no state is a new baseline, with a note")
{
    FakeHost host;
    const auto first = read_miner_state(host);
    REQUIRE(first);
    CHECK(first->look.note.find("first look") != std::string::npos);
}

static void check_is_damaged(std::string text)
{
    FakeHost host;
    host.with_file(miner_state_file, std::move(text));
    const auto state = read_miner_state(host);
    REQUIRE(state);
    CHECK(state->tracks.empty());
    CHECK(state->departed.empty());
    CHECK(state->look.note.find("damaged") != std::string::npos);
}

TEST_CASE("a state that was cut off anywhere is damaged")
{
    const auto whole = render_miner_state(sample_state());
    for (std::size_t kept = 0; kept < whole.size(); ++kept)
        check_is_damaged(whole.substr(0, kept));
    check_is_damaged(whole + "\n");
    check_is_damaged(whole + whole);
}

TEST_CASE("a state with any byte changed is damaged: never a false number")
{
    const auto whole = render_miner_state(sample_state());
    for (std::size_t at = 0; at < whole.size(); ++at)
        for (const auto change : {1, 2, 4, 8, 0x20, 0x80, 0xff}) {
            auto text = whole;
            text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ change);
            if (!text.starts_with(R"({"v":1,)"))
                check_is_damaged(std::move(text));
        }
}

TEST_CASE("bytes that changed places are noticed too")
{
    const auto whole = render_miner_state(sample_state());
    for (std::size_t at = 0; at + 16 < whole.size(); ++at) {
        auto text = whole;
        std::swap_ranges(text.begin() + static_cast<long>(at),
                         text.begin() + static_cast<long>(at) + 8,
                         text.begin() + static_cast<long>(at) + 8);
        if (text != whole)
            check_is_damaged(std::move(text));
    }
}

TEST_CASE("a state of the version before is a new baseline, which is said")
{
    FakeHost host;
    host.with_file(miner_state_file, R"({"v":1,"boot":"b","look":{},"containers":{}})");
    const auto state = read_miner_state(host);
    REQUIRE(state);
    CHECK(state->look.note.find("older version") != std::string::npos);
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
