#include "steps/fleet_plan.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("an amount is a number of hosts or a share of them")
{
    CHECK(parse_amount("3", "--batch")->number == 3);
    CHECK(parse_amount("25%", "--batch")->is_percent);
    CHECK(parse_amount("0", "--max-fail")->number == 0);
    for (const auto* wrong : {"", "%", "-1", "101%", "2.5", "a", "1 %", "999999999999"}) {
        const auto amount = parse_amount(wrong, "--batch");
        REQUIRE_FALSE(amount);
        CHECK(amount.error().message.starts_with("--batch "));
    }
}

TEST_CASE("the canary comes first and none may fail, then all the rest at once")
{
    CHECK(waves(10, {}) ==
          std::vector<Wave>{{.first = 0, .count = 1, .is_canary = true, .max_fail = 0},
                            {.first = 1, .count = 9}});
}

TEST_CASE("without a canary there is one wave")
{
    CHECK(waves(10, {.canary = 0}) == std::vector<Wave>{{.first = 0, .count = 10}});
}

TEST_CASE("as many canaries as hosts leave nothing for a batch")
{
    CHECK(waves(2, {.canary = 5}) ==
          std::vector<Wave>{{.first = 0, .count = 2, .is_canary = true, .max_fail = 0}});
    CHECK(waves(0, {}).empty());
}

TEST_CASE("of a batch that was asked for none may fail unless it is said")
{
    const auto all = waves(8, {.canary = 1, .batch = Amount{3}});
    REQUIRE(all.size() == 4);
    CHECK(all[1] == Wave{.first = 1, .count = 3, .max_fail = 0});
    CHECK(all[3] == Wave{.first = 7, .count = 1, .max_fail = 0});
}

TEST_CASE(
    "shares: a batch is one of all hosts, rounded up; failures are one of the batch, rounded down")
{
    const auto all =
        waves(25, {.canary = 0, .batch = Amount{30, true}, .max_fail = Amount{20, true}});
    REQUIRE(all.size() == 4);
    CHECK(all[0] == Wave{.first = 0, .count = 8, .max_fail = 1});
    CHECK(all[3] == Wave{.first = 24, .count = 1, .max_fail = 0});
}

TEST_CASE("a batch of nothing is a batch of one")
{
    CHECK(waves(3, {.canary = 0, .batch = Amount{0, true}}).size() == 3);
    CHECK(waves(3, {.canary = 0, .batch = Amount{0}}).size() == 3);
}

TEST_CASE("failures are limited without batches too")
{
    CHECK(waves(9, {.canary = 0, .max_fail = Amount{2}}) ==
          std::vector<Wave>{{.first = 0, .count = 9, .max_fail = 2}});
}
