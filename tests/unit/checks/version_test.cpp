#include "checks/version.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("a distribution's additions to a version do not count")
{
    const auto same = [](const char* text, Version wanted) {
        INFO(text);
        CHECK(parse_version(text) == wanted);
    };
    same("1.1.5+ds1", {1, 1, 5});
    same("1.6.20~ds1", {1, 6, 20});
    same("v2.0.7", {2, 0, 7});
    same("20.10.24+dfsg1", {20, 10, 24});
    same("1.0.0-rc95", {1, 0, 0, 95});
    same("1.0.0~rc93+ds1", {1, 0, 0, 93});
    same("1.4.0-rc.3", {1, 4, 0, 3});
    same("29.5", {29, 5, 0});
    for (const auto* text : {"", "dev", "1", "x.1.2", "1.", "999999999.1"})
        CHECK_FALSE(parse_version(text));
}

TEST_CASE("a candidate comes before its release")
{
    CHECK(*parse_version("1.0.0-rc95") < *parse_version("1.0.0"));
    CHECK(*parse_version("1.0.0-rc93") < *parse_version("1.0.0-rc95"));
}

TEST_CASE("a fix counts on its own branch only")
{
    const std::vector<std::string> fixed_in = {"1.2.8", "1.3.3", "1.4.0-rc.3"};
    const auto fixed = [&](const char* version) {
        return has_fix(*parse_version(version), fixed_in);
    };
    CHECK(fixed("1.2.8"));
    CHECK(fixed("1.3.4"));
    CHECK(fixed("1.4.0"));
    CHECK(fixed("1.5.0")); // newer than every branch that needed it
    CHECK_FALSE(fixed("1.3.2"));
    CHECK_FALSE(fixed("1.4.0-rc.2"));
    CHECK_FALSE(fixed("1.1.15")); // a branch that never got it
}
