#include "steps/step_choice.h"
#include "unit/steps/operator.h"

using namespace harden;
using namespace harden::test;

TEST_CASE("steps are chosen by their names")
{
    CHECK(*parse_steps("egress, ssh", "--only") == std::vector<std::string>{"egress", "ssh"});
    const auto wrong = parse_steps("egres", "--only");
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().message == "--only: there is no step egres");
    CHECK(wrong.error().hint.starts_with(
        "did you mean egress? steps: docker, package, profile, adopt, egress"));
    CHECK_FALSE(parse_steps("", "--only"));
    CHECK_FALSE(parse_steps("recovery", "--skip"));
}

TEST_CASE("only: a node without the package gets it first, and is not verified")
{
    Operator op;
    op.request.choice.only = {"egress"};
    const auto outcome = op.run();
    REQUIRE(outcome);
    CHECK(op.seen == std::vector<std::string>{"package done", "egress done"});
    CHECK(outcome->exit == 0);
    CHECK_FALSE(outcome->report);
    CHECK(outcome->left_out ==
          std::vector<std::string>{"profile", "gvisor", "daemonjson", "detector", "verify"});

    SECTION("a node that has it keeps the one it has")
    {
        CHECK(op.run()->exit == 0);
        CHECK(op.seen == std::vector<std::string>{"egress ok"});
    }
    SECTION("verify is asked where it is named")
    {
        op.request.choice.only = {"verify"};
        const auto verified = op.run();
        CHECK(op.seen == std::vector<std::string>{"verify ok"});
        CHECK(verified->report);
    }
}

TEST_CASE("skip: all but these")
{
    Operator op;
    op.has_gvisor = false; // so that nothing but the choice lets it pass
    op.request.choice.skip = {"gvisor", "verify"};
    const auto outcome = op.run();
    REQUIRE(outcome);
    CHECK(op.seen == std::vector<std::string>{"package done", "profile done", "egress done",
                                              "daemonjson done", "detector done"});
    CHECK(outcome->exit == 0);
}

TEST_CASE("a choice that cannot be is trouble before any change")
{
    Operator op;
    SECTION("a step that the profile does not have")
    {
        op.request.choice.only = {"ssh"};
        CHECK(op.run().error().message == "the profile baseline has no step ssh");
    }
    SECTION("no package on a node that has none")
    {
        op.request.choice.skip = {"package"};
        CHECK(op.run().error().message == "harden is not installed on the node");
    }
    SECTION("nothing at all")
    {
        REQUIRE(op.run());
        op.node.asked.clear();
        op.request.choice.skip = {"package",    "profile",  "egress", "gvisor",
                                  "daemonjson", "detector", "verify"};
        CHECK(op.run().error().message == "no step is left to do");
    }
    CHECK(op.node.changes().empty());
}
