#include "support/catch.hpp"
#include "usage/day_line.h"

using namespace harden;

TEST_CASE("a day has a letter an hour, the newest last, and spaces where nothing is known")
{
    const std::vector<Interval> intervals{{.seconds = 3600, .demand = 1},
                                          {.seconds = 3600},
                                          {.seconds = 1800, .demand = 0},
                                          {.seconds = 1800, .demand = 1}};
    const auto ring = Ring::of(intervals);
    CHECK(day_line(ring, Letters::Ascii) == std::string(21, ' ') + "# =");
    CHECK(day_line(ring, Letters::Unicode).ends_with("█ ▅"));
    CHECK(day_line({}, Letters::Ascii) == std::string(24, ' '));
}

TEST_CASE("more than a day ends after 24 letters")
{
    const Interval long_one{.seconds = 300'000, .demand = 0.01};
    CHECK(day_line(Ring::of({&long_one, 1}), Letters::Ascii) == std::string(24, '_'));
}
