#include "unit/steps/operator.h"

using namespace harden;
using namespace harden::test;

TEST_CASE("what a killed verb left unfinished is put back before the other steps")
{
    Operator op;
    REQUIRE(op.run());
    op.node.facts["tx.unfinished"] = "tx-1 tx-2";
    op.request.dry_run = true;
    CHECK(op.run()->exit == 1);
    CHECK(op.seen[1] == "recovery pending");
    op.request.dry_run = false;
    const auto outcome = op.run();
    INFO(outcome->steps[1].detail);
    CHECK(outcome->exit == 0);
    CHECK(op.seen[1] == "recovery done");
    CHECK(holds(op.node.asked, "tx rollback tx-1"));
    CHECK(holds(op.node.asked, "tx rollback tx-2"));
    CHECK(op.run()->steps.size() == 7);
}

TEST_CASE("without gVisor on the node or given, nothing is begun")
{
    Operator op;
    op.has_gvisor = false;
    const auto outcome = op.run();
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().hint.find("--gvisor") != std::string::npos);
    CHECK(op.node.changes().empty());
    CHECK(op.node.locked_by.empty());
}

TEST_CASE("a node with too little room is refused before any change")
{
    for (const auto* where : {"free.var", "free.usr", "free.state"}) {
        Operator op;
        op.node.facts[where] = "1000";
        const auto outcome = op.run();
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().message.find("too full") != std::string::npos);
        CHECK(op.node.changes().empty());
    }
}

TEST_CASE("a node that another setup holds is left alone")
{
    Operator op;
    op.node.lock_holder = "bob@desk";
    const auto outcome = op.run();
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().message.find("bob@desk") != std::string::npos);
    CHECK(op.node.changes().empty());
}

struct Failure {
    int status;
    std::string state;
    int exit;
};

TEST_CASE("a verb that fails on the node stops the run with its own words")
{
    for (const auto& [status, state, exit] : std::vector<Failure>{{2, "failed", 3},
                                                                  {3, "rolled-back", 3},
                                                                  {4, "needs-human", 4},
                                                                  {127, "failed", 3},
                                                                  {137, "needs-human", 4}}) {
        Operator op;
        op.node.answers["egress apply"] = {
            .status = status, .err = "harden egress: error: no \x1b[2Jway\nhint: look\n"};
        const auto outcome = op.run();
        REQUIRE(outcome);
        CHECK(op.seen[2] == cat("egress ", state));
        CHECK(op.seen[3] == "gvisor not-started");
        CHECK(op.seen[6] == "verify not-started");
        CHECK(outcome->steps[2].detail == "egress apply: no \\x1b[2Jway");
        CHECK(outcome->steps[2].hint == "look");
        CHECK(outcome->exit == exit);
        CHECK_FALSE(outcome->report);
    }
}

TEST_CASE("what cannot even be planned on an unchanged node is trouble, 2")
{
    Operator op;
    REQUIRE(op.run());
    op.node.answers["egress plan"] = {.status = 2, .err = "harden egress: error: bad rule\n"};
    const auto outcome = op.run();
    REQUIRE(outcome);
    CHECK(op.seen[2] == "egress failed");
    CHECK(outcome->exit == 2);
}

TEST_CASE("findings of the verification are status 1, what it could not see 2")
{
    Operator op;
    op.node.answers["verify --format"] = {.status = 1, .out = harden::test::clean_report};
    CHECK(op.run()->exit == 1);
    op.node.answers["verify --format"] = {.status = 2, .out = harden::test::clean_report};
    CHECK(op.run()->exit == 2);
    op.node.answers["verify --format"] = {.status = 0, .out = "not JSON"};
    CHECK(op.run()->exit == 2);
    CHECK(op.seen.back() == "verify undecided");
}

TEST_CASE("killed in front of any command, the next run converges")
{
    Operator whole;
    REQUIRE(whole.run());
    int killed = 0;
    for (int commands = 0; commands < 200; ++commands) {
        Operator op;
        op.node.commands_left = commands;
        const auto first = op.run();
        if (first && first->exit == 0)
            break;
        ++killed;
        op.node.commands_left = -1;
        const auto second = op.run();
        INFO("killed before command " << commands);
        REQUIRE(second);
        CHECK(second->exit == 0);
        CHECK(op.node.files == whole.node.files);
        CHECK(op.node.applied == whole.node.applied);
    }
    CHECK(killed > 20);
}

TEST_CASE("where the answer to any command is lost, it is asked again and the run goes on")
{
    Operator whole;
    REQUIRE(whole.run());
    int lost = 0;
    for (int commands = 0; commands < 200; ++commands) {
        Operator op;
        op.node.reply_lost_after = commands;
        const auto outcome = op.run();
        INFO("the answer to command " << commands << " was lost");
        REQUIRE(outcome);
        CHECK(outcome->exit == 0);
        CHECK(op.node.files == whole.node.files);
        if (op.node.reconnections == 0)
            break;
        ++lost;
    }
    CHECK(lost > 20);
}
