#include "support/catch.hpp"
#include "usage/interval.h"
#include "usage/window.h"

using namespace harden;
using namespace std::chrono_literals;

static Sample sample(std::chrono::nanoseconds stamp, std::uint64_t cpu_ns)
{
    return {.inode = 7,
            .stamp = stamp,
            .counters = {.cpu_ns = cpu_ns, .periods = 0, .throttled = 0, .quota = 0.25}};
}

TEST_CASE("demand is the mean over the measured time, relative to the quota")
{
    auto before = sample(100s, 1'000'000'000);
    auto after = sample(400s, 76'000'000'000);
    after.counters.periods = 3000;
    after.counters.throttled = 2760;
    const auto interval = interval_between(before, after);
    REQUIRE(interval);
    CHECK(interval->seconds == 300);
    CHECK(interval->cpu_seconds == 75);
    CHECK(interval->demand == 1);
    CHECK(interval->throttled == 0.92);
}

TEST_CASE("an idle container has no demand, which is not unknown")
{
    const auto interval = interval_between(sample(100s, 5), sample(400s, 5));
    REQUIRE(interval);
    CHECK(interval->demand == 0);
    CHECK(interval->throttled == 0);
}

TEST_CASE("waiting for a crowded host counts as demand, waiting for the own quota does not")
{
    auto before = sample(100s, 0);
    auto after = sample(200s, 8'000'000'000);
    before.counters.stalled_us = 0;
    before.counters.throttled_us = 0;
    after.counters.stalled_us = 60'000'000;
    after.counters.throttled_us = 0;
    CHECK(interval_between(before, after)->demand == 1);
    after.counters.throttled_us = 50'000'000;
    CHECK(*interval_between(before, after)->demand == Approx(0.72));
    after.counters.throttled_us = 90'000'000; // summed over processors
    CHECK(*interval_between(before, after)->demand == Approx(0.32));
    after.counters.throttled_us.reset(); // unknown why it waited
    CHECK(*interval_between(before, after)->demand == Approx(0.32));
}

TEST_CASE("what is not one life of one container is a new baseline")
{
    const auto before = sample(100s, 50);
    auto after = sample(400s, 60);
    SECTION("another control group")
    {
        after.inode = 8;
    }
    SECTION("a counter that went back")
    {
        after.counters.cpu_ns = 49;
    }
    SECTION("no time between")
    {
        after.stamp = 100s;
    }
    SECTION("nothing before")
    {
        CHECK_FALSE(interval_between({}, {.stamp = 1s}));
        after.inode = 8;
    }
    SECTION("time that went back")
    {
        after.stamp = 99s;
    }
    CHECK_FALSE(interval_between(before, after));
}

TEST_CASE("without a counter or a quota demand is unknown, not 0")
{
    const auto before = sample(100s, 50);
    auto after = sample(400s, 60);
    SECTION("no counter")
    {
        after.counters.cpu_ns.reset();
    }
    SECTION("no quota")
    {
        after.counters.quota.reset();
    }
    SECTION("no quota to speak of")
    {
        after.counters.quota = 0;
    }
    const auto interval = interval_between(before, after);
    REQUIRE(interval);
    CHECK_FALSE(interval->demand);
}

TEST_CASE("the spread leaves out what is unknown")
{
    const std::vector<Interval> intervals{
        {.seconds = 1, .demand = 0.4}, {.seconds = 1}, {.seconds = 1, .demand = 0.6}};
    const auto spread = heat_over(intervals);
    CHECK(spread.known == 2);
    CHECK(spread.mean == Approx(0.5));
    CHECK(spread.deviation == Approx(0.1));
    CHECK(heat_over({}).known == 0);
}
