#include "base/shipped.h"
#include "support/catch.hpp"
#include "usage/bandwidth.h"
#include "usage/miner_rules.h"

using namespace harden;

static BandwidthRules shipped_limits()
{
    const auto document = parse_toml(shipped(miner_rules_file), miner_rules_file);
    REQUIRE(document);
    const auto rules = parse_miner_rules(*document);
    INFO((rules ? std::string{} : rules.error().message));
    REQUIRE(rules);
    return rules->bandwidth;
}

// Five minutes in which so many bytes a second went out and came in, in packets of 1,000 bytes.
static Interval five_minutes(double sent, double received)
{
    return {.seconds = 300,
            .sent_bytes = 300 * sent,
            .received_bytes = 300 * received,
            .sent_packets = 0.3 * sent,
            .received_packets = 0.3 * received};
}

static std::vector<Interval> times(std::size_t count, const Interval& interval)
{
    return std::vector<Interval>(count, interval);
}

static BandwidthVerdict verdict_of(const std::vector<Interval>& intervals)
{
    return judge_bandwidth(intervals, shipped_limits()).verdict;
}

TEST_CASE("ten gigabytes in a day are abuse, however slowly they were sent")
{
    const auto slow = 10e9 / 86'400; // bytes a second: 116 KB
    CHECK(verdict_of(times(288, five_minutes(slow * 0.99, slow))) == BandwidthVerdict::Ok);
    const auto judgement =
        judge_bandwidth(times(288, five_minutes(slow * 1.01, slow)), shipped_limits());
    CHECK(judgement.verdict == BandwidthVerdict::Abuse);
    CHECK(to_json(judgement) ==
          R"({"verdict":"abuse","terms":[{"k":"day_sent_gb","v":10.1,"limit":10}]})");
    CHECK(sentences(judgement) ==
          std::vector<std::string>{"sent 10.1 GB in the last 24 hours, the limit is 10"});
}

TEST_CASE("what was sent before the last 24 hours is forgiven")
{
    auto intervals = times(287, five_minutes(0, 0));
    intervals.insert(intervals.begin(), {.seconds = 300, .sent_bytes = 20e9});
    CHECK(verdict_of(intervals) == BandwidthVerdict::Abuse);
    intervals.push_back(five_minutes(0, 0));
    CHECK(verdict_of(intervals) == BandwidthVerdict::Ok);
    // looks that were missed: an interval of two days counts by half
    CHECK(verdict_of({{.seconds = 2 * 86'400, .sent_bytes = 19e9, .received_bytes = 19e9}}) ==
          BandwidthVerdict::Ok);
    CHECK(verdict_of({{.seconds = 2 * 86'400, .sent_bytes = 21e9, .received_bytes = 19e9}}) ==
          BandwidthVerdict::Abuse);
}

TEST_CASE("ten megabytes a second are abuse once they last")
{
    const auto fast = five_minutes(10.5e6, 10e6);
    CHECK(verdict_of({fast}) == BandwidthVerdict::Watch);
    CHECK(verdict_of({five_minutes(0, 0), fast, fast}) == BandwidthVerdict::Watch);
    CHECK(verdict_of({fast, fast, fast}) == BandwidthVerdict::Abuse);
    CHECK(verdict_of({fast, fast, five_minutes(9.5e6, 10e6)}) == BandwidthVerdict::Ok);
    // an interval that nobody could read does not make it last
    CHECK(verdict_of({fast, {.seconds = 300}, fast}) == BandwidthVerdict::Watch);
}

static Interval packets(double sent, double size, double received, double received_size)
{
    return {.seconds = 10,
            .sent_bytes = 10 * sent * size,
            .received_bytes = 10 * received * received_size,
            .sent_packets = 10 * sent,
            .received_packets = 10 * received};
}

TEST_CASE("small packets that nobody answers are a flood")
{
    CHECK(verdict_of({packets(5000, 60, 100, 60)}) == BandwidthVerdict::Abuse);
    CHECK(verdict_of({packets(1900, 60, 0, 0)}) == BandwidthVerdict::Ok);       // few
    CHECK(verdict_of({packets(5000, 900, 0, 0)}) == BandwidthVerdict::Ok);      // large
    CHECK(verdict_of({packets(5000, 66, 5000, 1448)}) == BandwidthVerdict::Ok); // a download
    CHECK(verdict_of({packets(5000, 90, 5000, 90)}) == BandwidthVerdict::Ok);   // a cache's answers
    auto unread = packets(5000, 60, 100, 60);
    unread.received_packets.reset();
    CHECK(verdict_of({unread}) == BandwidthVerdict::Ok);
}

TEST_CASE("uploading far more than downloading is worth a watch")
{
    CHECK(verdict_of(times(12, five_minutes(500e3, 10e3))) == BandwidthVerdict::Watch);
    CHECK(verdict_of(times(12, five_minutes(500e3, 100e3))) == BandwidthVerdict::Ok);
    CHECK(verdict_of(times(2, five_minutes(500e3, 10e3))) == BandwidthVerdict::Ok); // 0.3 GB
}

TEST_CASE("traffic that nobody counts is unknown, and what was counted before stands")
{
    CHECK(verdict_of({}) == BandwidthVerdict::Unknown);
    CHECK(verdict_of({{.seconds = 300}}) == BandwidthVerdict::Unknown);
    CHECK(verdict_of({{.seconds = 300, .sent_bytes = 11e9}, {.seconds = 300}}) ==
          BandwidthVerdict::Abuse);
}

TEST_CASE("a limit of zero is none")
{
    BandwidthRules none{.rate = {.intervals = 1}};
    CHECK(judge_bandwidth(times(288, five_minutes(50e6, 0)), none).verdict == BandwidthVerdict::Ok);
}

TEST_CASE("a limit that is no number has its place in the message")
{
    auto site = parse_toml("[bandwidth.day]\nsent_gb = -1\n", "/etc/harden/miners.toml");
    auto document = parse_toml(shipped(miner_rules_file), miner_rules_file);
    const auto rules = parse_miner_rules(layered(*std::move(document), *std::move(site)));
    REQUIRE_FALSE(rules);
    CHECK(rules.error().message.find("/etc/harden/miners.toml:2:") != std::string::npos);
}
