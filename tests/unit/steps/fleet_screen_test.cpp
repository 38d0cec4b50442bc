#include "steps/fleet_screen.h"
#include "support/catch.hpp"

using namespace harden;

static const FleetProgress two_at_work{
    .at_work = {{"node1", "[ 3/7] gvisor"}, {"n2", "connecting"}},
    .waiting = 4,
    .good = 3,
    .failed = 1};

TEST_CASE("the drawing has a line a host at work and the counts")
{
    CHECK(progress_lines(two_at_work, {24, 80}, Colour::Never) ==
          std::vector<std::string>{"node1  [ 3/7] gvisor", "n2     connecting",
                                   "3 done, 1 failed, 2 at work, 4 waiting"});
}

TEST_CASE("it is neither wider nor higher than the window")
{
    const auto narrow = progress_lines(two_at_work, {24, 10}, Colour::Never);
    CHECK(narrow[0] == "node1  […");
    CHECK(progress_lines(two_at_work, {3, 80}, Colour::Never).size() == 2);
}

TEST_CASE("colour is for failures, where it is wanted")
{
    CHECK(progress_lines(two_at_work, {24, 80}, Colour::Always)
              .back()
              .find("\x1b[31m1 failed\x1b[0m") != std::string::npos);
}
