#include "steps/provision_text.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("a step is a line with its number, name, state, detail and time")
{
    const StepReport step{.name = "package",
                          .state = StepState::Done,
                          .detail = "harden 0.1.0",
                          .took = std::chrono::milliseconds{1449}};
    CHECK(cat(step_heading(1, 7, step.name), step_ending(step)) ==
          "[ 1/7] package    done  harden 0.1.0   1.4 s\n");
    CHECK(step_heading(10, 12, "x").starts_with("[ 10/12] x "));
}

TEST_CASE("a step that failed shows the next step for the reader")
{
    const StepReport step{
        .name = "egress", .state = StepState::RolledBack, .detail = "why", .hint = "do this"};
    CHECK(step_ending(step) == "rolled-back  why   0.0 s\n        hint: do this\n");
}

TEST_CASE("the closing sentence tells how it ended")
{
    ProvisionOutcome outcome;
    outcome.steps = {{.name = "a", .state = StepState::Ok}};
    CHECK(closing_sentence(outcome, "n", false) == "n is as wanted, nothing was changed\n");
    outcome.steps[0].state = StepState::Done;
    CHECK(closing_sentence(outcome, "n", false) == "n is provisioned and verified\n");
    outcome.exit = 2;
    outcome.steps[0].state = StepState::Failed;
    CHECK(closing_sentence(outcome, "n", false) == "nothing was changed on n\n");
}

TEST_CASE("a node's name cannot leave the directory of the reports")
{
    CHECK(file_name_for("../../etc/x") == ".._.._etc_x");
    CHECK(file_name_for("2001:db8::1") == "2001_db8__1");
}
