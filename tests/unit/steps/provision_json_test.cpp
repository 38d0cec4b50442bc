#include "steps/provision_json.h"
#include "support/catch.hpp"
#include "support/fake_remote.h"

using namespace harden;

TEST_CASE("a report of the node is read as it was written")
{
    const auto report = parse_report(harden::test::clean_report);
    REQUIRE(report);
    REQUIRE(report->findings.size() == 1);
    CHECK(report->findings[0].id == "egress.smtp");
    CHECK(report->findings[0].verdict == Verdict::Pass);
    CHECK(report->findings[0].level == Level::Behaviour);
    CHECK(report->profile == "baseline");
}

TEST_CASE("what is no answer of ours is refused")
{
    for (
        const auto* text :
        {"", "{}", "[]", "null", "{\"schema\": 1}", "{\"schema\": \"other/1\", \"checks\": []}",
         R"({"schema": "harden.verify/1"})", R"({"schema": "harden.verify/1", "checks": []})",
         R"({"schema": "harden.verify/1", "checks": 3})",
         R"({"schema": "harden.verify/1", "checks": [1]})",
         R"({"schema": "harden.verify/1", "checks": [{"id": "a", "status": "great", "severity": "high", "level": "config"}]})",
         R"({"schema": "harden.verify/1", "checks": [{"status": "pass", "severity": "high", "level": "config"}]})"}) {
        INFO(text);
        CHECK_FALSE(parse_report(text));
    }
    CHECK_FALSE(parse_changes(R"({"schema": "harden.egress/1", "changes": [3]})"));
    CHECK_FALSE(parse_changes("no changes"));
}

TEST_CASE("the outcome is one document, an event one line")
{
    ProvisionOutcome outcome{.profile = "full"};
    outcome.steps.push_back({.name = "egress",
                             .state = StepState::Done,
                             .detail = "a \"b\"\n",
                             .changes = {{"x", "", "y"}},
                             .took = std::chrono::milliseconds{1500}});
    const auto text = render_setup_json(outcome, "node7");
    CHECK(text.find(R"("schema": "harden.setup/1")") != std::string::npos);
    CHECK(text.find(R"("seconds": 1.5)") != std::string::npos);
    CHECK(text.find(R"("detail": "a \"b\"\n")") != std::string::npos);
    CHECK(text.find(R"("report": null)") != std::string::npos);
    const auto event = render_step_event(outcome.steps[0], 1, 7, "node7");
    CHECK(event.find('\n') == event.size() - 1);
    CHECK(event.find(R"("of":7)") != std::string::npos);
}
