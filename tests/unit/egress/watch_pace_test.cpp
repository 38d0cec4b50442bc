#include "egress/watch_pace.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("a single change is looked at ten milliseconds later")
{
    LookPace pace;
    CHECK(pace.after(Moment{5'000}) == Moment{5'010});
    CHECK(pace.after(Moment{6'500}) == Moment{6'510});
}

TEST_CASE("changes that go on are looked at less and less often, but never late")
{
    LookPace pace;
    Moment now{100'000};
    std::vector<std::int64_t> delays;
    for (int i = 0; i < 8; ++i) {
        const auto due = pace.after(now);
        delays.push_back((due - now).count());
        now = due + Moment{3};
    }
    CHECK(delays == std::vector<std::int64_t>{10, 20, 40, 80, 160, 200, 200, 200});
    CHECK(pace.after(now + Moment{1'000}) == now + Moment{1'010});
}

TEST_CASE("rules are put back at once until it happens too often within a minute")
{
    MendPace pace;
    Moment now{0};
    for (int i = 0; i < MendPace::most_a_minute; ++i) {
        CHECK(pace.earliest(now) == now);
        CHECK_FALSE(pace.is_slow());
        pace.mended(now);
        now += Moment{100};
    }
    CHECK(pace.is_slow());
    CHECK(pace.earliest(now) == now - Moment{100} + MendPace::slow_interval);
}

TEST_CASE("as many over a longer time are no fight")
{
    MendPace pace;
    Moment now{0};
    for (int i = 0; i < 4 * MendPace::most_a_minute; ++i) {
        CHECK(pace.earliest(now) == now);
        pace.mended(now);
        now += Moment{2'100};
    }
}

TEST_CASE("a fight that goes on stays slow, and a quiet minute ends it")
{
    MendPace pace;
    for (int i = 0; i < MendPace::most_a_minute; ++i)
        pace.mended(Moment{i});
    Moment now{1'000};
    for (int i = 0; i < 50; ++i) {
        now = pace.earliest(now);
        REQUIRE(pace.is_slow());
        pace.mended(now);
        REQUIRE(pace.earliest(now + Moment{1}) == now + MendPace::slow_interval);
    }
    CHECK(pace.earliest(now + Moment{59'999}) == now + Moment{59'999});
    CHECK(pace.is_slow());
    CHECK(pace.earliest(now + Moment{60'000}) == now + Moment{60'000});
    CHECK_FALSE(pace.is_slow());
}
