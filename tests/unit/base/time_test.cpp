#include "base/time.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("a time survives being written and read")
{
    const TimePoint time{std::chrono::seconds{1'700'000'000}};
    CHECK(to_rfc3339(time) == "2023-11-14T22:13:20Z");
    CHECK(from_rfc3339("2023-11-14T22:13:20Z") == time);
    for (const auto* wrong :
         {"", "2023-11-14", "2023-13-14T22:13:20Z", "2023-11-14T25:13:20Z", "2023-11-14 22:13:20Z"})
        CHECK_FALSE(from_rfc3339(wrong));
}

TEST_CASE("a year that nanoseconds since the epoch do not reach is no time")
{
    CHECK(from_rfc3339("2261-12-31T23:59:59Z"));
    CHECK(from_rfc3339("1678-01-01T00:00:00Z"));
    for (const auto* wrong : {"2262-01-01T00:00:00Z", "9999-12-31T00:00:00Z",
                              "1677-12-31T00:00:00Z", "0001-01-01T00:00:00Z"})
        CHECK_FALSE(from_rfc3339(wrong));
}
