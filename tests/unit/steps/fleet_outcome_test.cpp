#include "steps/fleet_json.h"
#include "steps/fleet_text.h"
#include "support/catch.hpp"
#include "unit/steps/fleet_cases.h"

#include <nlohmann/json.hpp>

using namespace harden;
using namespace harden::test;

TEST_CASE("a host has failed where a step did not come out or there was trouble before")
{
    CHECK(has_failed(host_with("a", StepState::Failed, 2)));
    CHECK(has_failed(host_with("a", StepState::RolledBack, 3)));
    CHECK(has_failed(host_with("a", StepState::NeedsHuman, 4)));
    CHECK(has_failed(unreachable("a")));
    for (const auto state : {StepState::Ok, StepState::Done, StepState::Pending,
                             StepState::Findings, StepState::Undecided})
        CHECK_FALSE(has_failed(host_with("a", state, 1)));
    CHECK_FALSE(has_failed({.node = "a"}));
}

TEST_CASE("of many hosts the worst exit status counts")
{
    const auto fine = host_with("a", StepState::Done, 0);
    CHECK(exit_for(std::vector{fine}) == 0);
    CHECK(exit_for({fine, host_with("b", StepState::Findings, 1)}) == 1);
    CHECK(exit_for({fine, unreachable("b"), host_with("c", StepState::Findings, 1)}) == 2);
    CHECK(exit_for({fine, HostOutcome{.node = "not begun"}}) == 2);
    CHECK(exit_for({host_with("b", StepState::RolledBack, 3), unreachable("c")}) == 3);
    CHECK(exit_for({host_with("b", StepState::NeedsHuman, 4), fine}) == 4);
    CHECK(exit_for(std::vector<HostOutcome>{}) == 2);
}

TEST_CASE("the table has a line a host and says what went wrong where")
{
    const std::vector<HostOutcome> hosts{host_with("node1", StepState::Done, 0),
                                         unreachable("node2"),
                                         HostOutcome{.node = "node3", .fate = Fate::TooManyFailed}};
    CHECK(overall_table(hosts, Colour::Never) ==
          "HOST   STATE        TIME\n"
          "node1  provisioned  1.5 s   1 change in 1 step\n"
          "node2  failed       30.0 s  log in to b: no answer\n"
          "    hint: try ssh b true\n"
          "node3  not-started  -       too many hosts before it failed\n");
    CHECK(overall_table(hosts, Colour::Always).find("\x1b[31mfailed") != std::string::npos);
    CHECK(closing_lines(hosts, {.files = "r/setup-summary.json",
                                .took = std::chrono::milliseconds{31'000}}) ==
          "3 hosts: 1 provisioned, 1 failed, 1 not-started\n"
          "report   r/setup-summary.json\n"
          "run it again for what is missing; what is done is not done twice\n"
          "done in 31.0 s, exit 2\n");
}

TEST_CASE("a step that ended in the middle is not said to have changed nothing")
{
    CHECK(host_ending(host_with("a", StepState::NeedsHuman, 4), Colour::Never) ==
          "needs-human  1.5 s   egress: detail\n");
    CHECK(host_ending(host_with("a", StepState::Ok, 0), Colour::Never) ==
          "as-wanted    1.5 s   no changes\n");
}

TEST_CASE("each line about a host begins with it")
{
    CHECK(with_host("a", "one\ntwo\n") == "a: one\na: two\n");
}

TEST_CASE("a wave is announced with its hosts")
{
    const std::vector<std::string> nodes{"a", "b", "c"};
    const auto all = waves(3, {});
    CHECK(wave_line(all, 0, nodes) == "the canary first: a\n");
    CHECK(wave_line(all, 1, nodes) == "then 2 hosts: b, c\n");
    const auto many = wave_line(waves(14, {.canary = 0}), 0, std::vector<std::string>(14, "n"));
    CHECK(many.ends_with("n, and 2 more\n"));
}

TEST_CASE("many hosts are one document with each host's own in it")
{
    const auto json = nlohmann::json::parse(
        render_fleet_json({host_with("a", StepState::Done, 0), unreachable("b"),
                           HostOutcome{.node = "c", .fate = Fate::CanaryFailed}}));
    CHECK(json["schema"] == "harden.setup-nodes/1");
    CHECK(json["nodes"][0]["setup"]["schema"] == "harden.setup/1");
    CHECK(json["nodes"][0]["state"] == "provisioned");
    CHECK(json["nodes"][1]["problem"] == "log in to b: no answer");
    CHECK(json["nodes"][1]["setup"].is_null());
    CHECK(json["nodes"][2]["problem"] == "not started: the canary failed");
    CHECK(json["counts"] ==
          nlohmann::json({{"provisioned", 1}, {"failed", 1}, {"not-started", 1}}));
    CHECK(json["exit"] == 2);
}

TEST_CASE("a host's end is an event, and so is the end of all")
{
    const auto event = nlohmann::json::parse(render_host_event(unreachable("b")));
    CHECK(event["schema"] == "harden.setup.event/1");
    CHECK(event["node"] == "b");
    CHECK(event["state"] == "failed");
    CHECK(event["hint"] == "try ssh b true");
    const auto last = nlohmann::json::parse(render_fleet_event({unreachable("b")}));
    CHECK(last["hosts"] == 1);
    CHECK(last["exit"] == 2);
}

TEST_CASE("a host without a report stands in the summary with its problem")
{
    CHECK(report_of(unreachable("b"), "t").problem == "log in to b: no answer");
    CHECK(report_of(host_with("b", StepState::RolledBack, 3), "t").problem == "egress: detail");
    auto verified = host_with("b", StepState::Done, 0);
    verified.run->report = Report{.node = "its own name", .profile = "baseline"};
    CHECK(report_of(verified, "t").problem.empty());
    CHECK(report_of(verified, "t").node == "b");
}
