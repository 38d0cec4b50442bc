#include "support/catch.hpp"
#include "usage/number.h"

#include <limits>

using namespace harden;

TEST_CASE("numbers are written as JSON has them, without needless digits")
{
    CHECK(number(0.25, 3) == "0.25");
    CHECK(number(12, 3) == "12");
    CHECK(number(100, 0) == "100");
    CHECK(number(-0.0001, 2) == "0");
    CHECK(number(std::numeric_limits<double>::infinity(), 2) == "null");
    CHECK(number_or_null({}, 2) == "null");
}
