#include "steps/provision_closing.h"
#include "support/catch.hpp"

using namespace harden;

static ProvisionOutcome failed_at_ssh()
{
    ProvisionOutcome outcome;
    outcome.steps = {{.name = "package", .state = StepState::Done},
                     {.name = "egress",
                      .state = StepState::Done,
                      .changes = {{"a", "", "b"}, {"c", "", "d"}},
                      .transaction = "7f3a"},
                     {.name = "gvisor", .state = StepState::Ok},
                     {.name = "ssh", .state = StepState::RolledBack, .transaction = "9b01"},
                     {.name = "verify", .state = StepState::NotStarted}};
    outcome.exit = 3;
    outcome.took = std::chrono::milliseconds{31'200};
    return outcome;
}

TEST_CASE("the result says what was done, kept, put back and not started")
{
    CHECK(result_line(failed_at_ssh().steps) ==
          "1 as wanted (gvisor), 2 done (package, egress), 1 rolled back (ssh), "
          "1 not started (verify)");
    CHECK(changes_line(failed_at_ssh().steps) == "3 changes in 2 steps");
    CHECK(changes_line({{.name = "egress", .state = StepState::Ok}}) == "no changes");
}

TEST_CASE("the last words name the files, the way back and the exit status")
{
    CHECK(closing_lines(failed_at_ssh(), "n", "r/harden-n.{json}", false) ==
          "result   1 as wanted (gvisor), 2 done (package, egress), 1 rolled back (ssh), "
          "1 not started (verify)\n"
          "report   r/harden-n.{json}\n"
          "undo     on n, the newest first:\n"
          "         harden tx rollback 7f3a   (egress)\n"
          "the step that failed left nothing behind; what was done before it stays. Run setup "
          "again on n\n"
          "done in 31.2 s, exit 3\n");
}

TEST_CASE("a plan ends with what it comes to, and names what was left out")
{
    ProvisionOutcome outcome;
    outcome.steps = {{.name = "egress", .state = StepState::Pending, .changes = {{"a", "", "b"}}}};
    outcome.left_out = {"gvisor", "verify"};
    outcome.exit = 1;
    CHECK(closing_lines(outcome, "n", "", true) ==
          "plan     1 change in 1 step\n"
          "left out gvisor, verify\n"
          "n was not changed; without --dry-run the above would be done\n"
          "done in 0.0 s, exit 1\n");
}

TEST_CASE("what was not verified is not called verified")
{
    ProvisionOutcome outcome;
    outcome.steps = {{.name = "egress", .state = StepState::Done}};
    outcome.left_out = {"verify"};
    CHECK(closing_lines(outcome, "n", "", false).find("it was not verified") != std::string::npos);
}
