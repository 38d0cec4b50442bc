#include "steps/provision.h"
#include "steps/provision_remote.h"
#include "support/catch.hpp"
#include "support/fake_host.h"
#include "support/fake_remote.h"

#include <algorithm>

using namespace harden;
using harden::test::fake_hash;
using harden::test::FakeHost;
using harden::test::FakeRemote;

namespace {

// An operator with a package, a release of gVisor and waivers, and the node behind the wire.
struct Operator {
    FakeHost here;
    FakeRemote node;
    ProvisionRequest request{.node = "node7", .profile = "auto", .owner = "ann@laptop"};
    bool has_gvisor = true;
    std::vector<std::string> seen;

    Operator()
    {
        for (const auto& [name, contents] : {std::pair{"/op/harden_0.1.0_amd64.deb", "deb"},
                                             {"/op/gvisor.tar.bz2", "tar"},
                                             {"/op/gvisor.tar.bz2.sha512", "sum"},
                                             {"/op/waivers.toml", "version = 1"}}) {
            here.with_file(name, contents);
            here.answering({"sha256sum", name},
                           {.out = cat(fake_hash(contents), "  ", name, "\n")});
            node.here[name] = contents;
        }
    }

    Result<ProvisionOutcome> run()
    {
        const auto sources = [this](const NodeFacts&) -> Result<Sources> {
            return Sources{.package = TRY(look_at_source(here, "/op/harden_0.1.0_amd64.deb")),
                           .gvisor =
                               TRY(look_at_source(here, has_gvisor ? "/op/gvisor.tar.bz2" : "")),
                           .waivers = TRY(look_at_source(here, "/op/waivers.toml"))};
        };
        seen.clear();
        const ProvisionObserver observer{
            .facts = [](const NodeFacts&, std::string_view) {},
            .begins = [](std::size_t, std::size_t, std::string_view) {},
            .ends =
                [this](std::size_t, std::size_t, const StepReport& step) {
                    seen.push_back(cat(step.name, " ", name_of(step.state)));
                }};
        PatientRemote patient{node, [](std::chrono::milliseconds) {}, [](std::string_view) {}};
        return provision(patient, here, sources, request, observer);
    }
};

std::vector<std::string> all(const std::string& state)
{
    std::vector<std::string> words;
    for (const auto* name : {"package", "profile", "egress", "gvisor", "daemonjson", "detector"})
        words.push_back(cat(name, " ", state));
    return words;
}

bool holds(const std::vector<std::string>& words, const std::string& part)
{
    return std::ranges::any_of(
        words, [&](const auto& word) { return word.find(part) != std::string::npos; });
}

}

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
