#include "unit/steps/operator.h"

using namespace harden;
using namespace harden::test;

TEST_CASE("a bare node is provisioned step by step and verified")
{
    Operator op;
    const auto outcome = op.run();
    REQUIRE(outcome);
    auto wanted = all("done");
    wanted.emplace_back("verify ok");
    CHECK(op.seen == wanted);
    CHECK(outcome->exit == 0);
    CHECK(outcome->profile == "baseline");
    CHECK(op.node.files["/etc/harden/profile"] == "baseline\n");
    CHECK(op.node.files["/etc/harden/waivers.toml"] == "version = 1");
    CHECK(op.node.locked_by == "ann@laptop");
    CHECK(holds(op.node.asked, "daemonjson apply --profile baseline"));
    CHECK(outcome->report->findings.size() == 1);
}

TEST_CASE("a second run finds every step as wanted and changes nothing")
{
    Operator op;
    REQUIRE(op.run());
    const auto files = op.node.files;
    op.node.asked.clear();
    const auto again = op.run();
    REQUIRE(again);
    auto wanted = all("ok");
    wanted.emplace_back("verify ok");
    CHECK(op.seen == wanted);
    CHECK(again->exit == 0);
    CHECK(op.node.changes().empty());
    CHECK(op.node.files == files);
}

TEST_CASE("a plan of a bare node says what would happen and changes nothing")
{
    Operator op;
    op.request.dry_run = true;
    const auto outcome = op.run();
    REQUIRE(outcome);
    CHECK(op.seen == all("pending"));
    CHECK(outcome->exit == 1);
    CHECK(op.node.changes().empty());
    CHECK(op.node.files.empty());
    CHECK(op.node.locked_by.empty());
    CHECK(outcome->steps[2].detail.starts_with("after the package: "));
}

TEST_CASE("a plan of a node that is as wanted exits with 0")
{
    Operator op;
    REQUIRE(op.run());
    op.request.dry_run = true;
    const auto outcome = op.run();
    REQUIRE(outcome);
    CHECK(op.seen == all("ok"));
    CHECK(outcome->exit == 0);
}

TEST_CASE("full adds sshd, confirmed over a login of its own")
{
    Operator op;
    op.request.profile = "full";
    const auto outcome = op.run();
    REQUIRE(outcome);
    CHECK(op.seen[6] == "firewall done");
    CHECK(op.seen[7] == "ssh done");
    CHECK(holds(op.node.asked, "anew: /usr/libexec/harden/firewall confirm"));
    CHECK(holds(op.node.asked, "anew: /usr/libexec/harden/ssh-harden confirm"));
    CHECK(outcome->exit == 0);

    SECTION("and a later run without a profile keeps to it")
    {
        op.request.profile = "auto";
        CHECK(op.run()->profile == "full");
        CHECK(op.seen[6] == "firewall ok");
        CHECK(op.seen[7] == "ssh ok");
    }
}

TEST_CASE("sshd's new settings are rehearsed before they are applied")
{
    Operator op;
    op.request.profile = "full";
    SECTION("a login that works is followed by the change")
    {
        REQUIRE(op.run());
        const auto rehearsed = std::ranges::find(
            op.node.asked, "through /usr/libexec/harden/ssh-harden rehearse: true");
        REQUIRE(rehearsed != op.node.asked.end());
        CHECK(std::ranges::none_of(op.node.asked.begin(), rehearsed, [](const auto& words) {
            return words.find("ssh-harden apply") != std::string::npos;
        }));
    }
    SECTION("a login that is refused is the end of it")
    {
        op.node.refuses_rehearsal =
            "harden ssh-harden: error: no login came through the new settings: User root from "
            "192.0.2.7 not allowed because not listed in AllowUsers\nroot@n: Permission denied\n";
        const auto outcome = op.run();
        REQUIRE(outcome);
        CHECK(op.seen[7] == "ssh failed");
        CHECK(outcome->steps[7].detail ==
              "a login against the new settings was refused, so nothing was changed: no login came "
              "through the new settings: User root from 192.0.2.7 not allowed because not listed "
              "in AllowUsers");
        CHECK_FALSE(holds(op.node.asked, "ssh-harden apply"));
    }
}

TEST_CASE("without a new login nothing is confirmed, and a human is needed")
{
    Operator op;
    op.request.profile = "full";
    op.node.accepts_new_logins = false;
    const auto outcome = op.run();
    REQUIRE(outcome);
    CHECK(op.seen[6] == "firewall needs-human");
    CHECK(op.seen[7] == "ssh not-started");
    CHECK(op.seen[8] == "verify not-started");
    CHECK(outcome->exit == 4);
}

TEST_CASE("a change of sshd that was never confirmed is confirmed by the next run")
{
    Operator op;
    op.request.profile = "full";
    REQUIRE(op.run());
    op.node.is_armed = true; // as if the run had been killed in between
    CHECK(op.run()->exit == 0);
    CHECK(op.seen[7] == "ssh done");
    CHECK_FALSE(op.node.is_armed);
    CHECK(op.run()->exit == 0);
    CHECK(op.seen[7] == "ssh ok");
}

TEST_CASE("a port in use is closed only where the operator says so")
{
    Operator op;
    op.request.profile = "full";
    op.node.answers["firewall plan"] = {.status = 1,
                                        .out = R"json({"schema": "harden.firewall/1", "changes": [
            {"what": "port 8080/tcp on 0.0.0.0 (container web, published)", "from": "open",
             "to": "closed"}]})json"};
    SECTION("a plan names it and what is needed")
    {
        REQUIRE(op.run());
        op.request.dry_run = true;
        const auto outcome = op.run();
        CHECK(op.seen[6] == "firewall pending");
        CHECK(holds({outcome->steps[6].detail}, "closes 8080/tcp on 0.0.0.0 (container web"));
        CHECK(holds({outcome->steps[6].detail}, "needs --close-ports"));
    }
    SECTION("without a word nothing is closed")
    {
        const auto outcome = op.run();
        CHECK(op.seen[6] == "firewall failed");
        CHECK(outcome->exit == 3);
        CHECK_FALSE(holds(op.node.asked, "firewall apply"));
    }
    SECTION("with it, it is")
    {
        op.request.close_ports = true;
        REQUIRE(op.run());
        CHECK(op.seen[6] == "firewall done");
        CHECK(holds(op.node.asked, "firewall apply"));
    }
}

TEST_CASE("a step remembers the transaction that takes it back")
{
    Operator op;
    op.node.answers["egress apply"] = {.out = R"({"schema": "harden.egress/1", "changes": []})",
                                       .err =
                                           "transaction 7f-3a (undo: harden tx rollback 7f-3a)\n"};
    CHECK(op.run()->steps[2].transaction == "7f-3a");
    SECTION("where its name is one")
    {
        op.node.applied.clear();
        op.node.answers["egress apply"].err = "transaction $(reboot) (undo: x)\n";
        CHECK(op.run()->steps[2].transaction.empty());
    }
}
