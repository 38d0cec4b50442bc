#include "rules.h"
#include "usage/look.h"
#include "usage/miner_record.h"

using namespace harden;
using namespace std::chrono_literals;

// A container that uses no processor, and has sent so many bytes in packets of 1,000.
static NodeObservation seen_at(std::chrono::seconds since_boot, std::uint64_t sent)
{
    Observation one;
    one.container = {.id = std::string(64, 'a'), .name = "one", .state = "running"};
    one.inode = 7;
    one.counters = {.cpu_ns = 0, .periods = 0, .throttled = 0, .quota = 1};
    one.traffic = Traffic{.links = 5,
                          .sent_bytes = sent,
                          .received_bytes = sent,
                          .sent_packets = sent / 1000,
                          .received_packets = sent / 1000};
    return {.boot = "b", .since_boot = since_boot, .containers = {one}};
}

static Look after(const MinerState& before, const NodeObservation& seen)
{
    return fold(seen, before, harden::test::shipped_rules(),
                [](const Observation&) { return std::nullopt; });
}

TEST_CASE("traffic is measured between two looks, judged, and a finding where it is abuse")
{
    auto look = after({}, seen_at(1000s, 5'000'000'000));
    CHECK(look.sightings.front().bandwidth.verdict == BandwidthVerdict::Unknown); // a baseline
    look = after(look.next, seen_at(1300s, 6'000'000'000));
    CHECK(look.sightings.front().interval->sent_bytes == 1'000'000'000);
    CHECK(look.sightings.front().bandwidth.verdict == BandwidthVerdict::Ok);
    CHECK(look.next.look.flagged == 0);
    CHECK(miner_records(look).size() == 1); // of the look itself

    look = after(look.next, seen_at(3600s, 16'000'000'000));
    CHECK(look.sightings.front().bandwidth.verdict == BandwidthVerdict::Abuse);
    CHECK(look.sightings.front().judgement.verdict == MinerVerdict::Ok);
    CHECK(look.next.look.flagged == 1);
    const auto records = miner_records(look);
    REQUIRE(records.size() == 2);
    CHECK(records[0].find(R"("bandwidth":{"verdict":"abuse","terms":[{"k":"day_sent_gb","v":11)") !=
          std::string::npos);
    CHECK(render_text(look).find("  traffic, abuse: sent 11 GB in the last 24 hours") !=
          std::string::npos);
}

TEST_CASE("links that were made anew are a new baseline, and the day stands")
{
    auto look = after({}, seen_at(1000s, 0));
    look = after(look.next, seen_at(3000s, 11'000'000'000));
    auto restarted = seen_at(3300s, 1'000);
    restarted.containers[0].traffic->links = 6;
    look = after(look.next, restarted);
    CHECK_FALSE(look.sightings.front().interval->sent_bytes);
    CHECK(look.sightings.front().bandwidth.verdict == BandwidthVerdict::Abuse);
}
