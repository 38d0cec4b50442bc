#include "support/catch.hpp"
#include "unit/report/sample.h"

#include <nlohmann/json.hpp>

#include <set>

using namespace harden;
using namespace harden::test;
using Json = nlohmann::json;

static bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

static Verification sample()
{
    return of(each_verdict("node7", "seen"));
}

static Verification two_nodes()
{
    auto verification = sample();
    verification.reports.push_back(
        {.node = "node8", .time = "2026-11-22T08:00:00Z", .problem = "no route to host"});
    return verification;
}

static Json sarif_of(const Verification& verification)
{
    auto log = Json::parse(render_sarif(verification), nullptr, false);
    REQUIRE_FALSE(log.is_discarded());
    return log;
}

TEST_CASE("one node reads as text as ever, several have a name each and a table")
{
    const auto one = sample();
    CHECK(render_text(one, Colour::Never) == render_text(one.reports.front(), Colour::Never));
    const auto two = render_text(two_nodes(), Colour::Never);
    CHECK(two.starts_with("##### node7\n=== Security Verification ===\n"));
    CHECK(contains(two, "##### node8\nCould not be asked: no route to host\n"));
    CHECK(two.ends_with("##### 2 nodes\n  node7: 1 failed, 1 unknown, score 92\n"
                        "  node8: could not be asked\n"));
}

TEST_CASE("JUnit counts failures, errors and skips, and says why")
{
    const auto text = render_junit(sample());
    CHECK(contains(text,
                   "<testsuites name=\"harden verify\" tests=\"6\" failures=\"1\" errors=\"1\""));
    CHECK(contains(text, "<testsuite name=\"node7\" hostname=\"node7\" tests=\"6\" failures=\"1\" "
                         "errors=\"1\" skipped=\"2\" time=\"0\" "
                         "timestamp=\"2026-11-22T08:00:00Z\">"));
    CHECK(contains(text,
                   "<failure message=\"seen\" type=\"high\">seen\nfix: harden ssh-harden apply"));
    CHECK(contains(text, "<error message=\"seen\" type=\"unknown\">"));
    CHECK(contains(text, "<skipped message=\"seen\"/>"));
    CHECK(contains(render_junit(two_nodes()), "tests=\"7\" failures=\"1\" errors=\"2\""));
}

TEST_CASE("TAP: a waived failure is a TODO, what does not concern the node is skipped")
{
    const auto text = render_tap(sample());
    CHECK(
        text.starts_with("TAP version 13\n1..6\nok 1 - a.pass: SSH root login key-only\nnot ok 2"));
    CHECK(contains(text, "\n  severity: \"high\"\n"));
    CHECK(contains(text, "ok 4 - a.na: SSH root login key-only # SKIP seen\n"));
    CHECK(contains(text, "not ok 5 - a.unknown"));
    CHECK(contains(text, "not ok 6 - a.waived: SSH root login key-only # TODO waived: seen\n"));
    CHECK(contains(render_tap(two_nodes()), "not ok 7 - node8: the node can be asked\n"));
}

// What the schema 2.1.0 asks of the parts that we write, and what GitHub and GitLab drop results
// without.
TEST_CASE("SARIF has what its schema and its readers ask for")
{
    const auto log = sarif_of(two_nodes());
    CHECK(log.at("version") == "2.1.0");
    REQUIRE(log.at("runs").size() == 1);
    const auto& run = log["runs"][0];
    CHECK(run["invocations"][0]["executionSuccessful"] == false);
    CHECK(contains(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"],
                   "node8 could not be asked"));
    const auto& rules = run["tool"]["driver"]["rules"];
    CHECK(rules.size() == 6);
    CHECK(contains(rules[0]["help"]["text"], "To mend it: harden ssh-harden apply"));
    REQUIRE(run["results"].size() == 3);
    std::set<std::string> prints;
    for (const auto& result : run["results"]) {
        CHECK(rules[result["ruleIndex"].get<std::size_t>()]["id"] == result["ruleId"]);
        CHECK_FALSE(result["message"]["text"].get<std::string>().empty());
        const auto& location = result["locations"].at(0);
        const auto uri = location["physicalLocation"]["artifactLocation"]["uri"].get<std::string>();
        CHECK_FALSE(uri.empty());
        CHECK_FALSE(uri.starts_with('/'));
        CHECK(location["physicalLocation"]["region"]["startLine"] == 1);
        CHECK((result["kind"] == "fail") == (result["level"] != "none"));
        prints.insert(result["partialFingerprints"]["primaryLocationLineHash"].get<std::string>());
    }
    CHECK(prints.size() == 3);
    CHECK(run["results"][1]["kind"] == "open");
    CHECK(run["results"][2]["suppressions"][0]["justification"] == "seen");
}

TEST_CASE("SARIF points where it is told to, and keeps a finding's fingerprint")
{
    auto verification = of(report("n", {finding("ssh.root-login", Verdict::Fail)}));
    const auto place = [](const Json& log) -> std::string {
        return log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
                  ["uri"];
    };
    const auto before = sarif_of(verification);
    CHECK(place(before) == "etc/ssh/sshd_config");
    verification.artifact = "inventory/hosts.yml";
    verification.reports.front().findings.front().evidence = "another day";
    const auto after = sarif_of(verification);
    CHECK(place(after) == "inventory/hosts.yml");
    CHECK(before["runs"][0]["results"][0]["partialFingerprints"] ==
          after["runs"][0]["results"][0]["partialFingerprints"]);
}

TEST_CASE("Markdown shows ten troubles and folds the rest")
{
    std::vector<Finding> many;
    for (int i = 0; i < 12; ++i)
        many.push_back(finding(cat("x.y", std::to_string(i)), Verdict::Fail, "seen",
                               i == 11 ? Severity::Critical : Severity::Low));
    const auto text = render_markdown(of(report("n", many)));
    CHECK(contains(text, "\nand 2 more, below\n"));
    CHECK(text.find("x.y11") < text.find("x.y0")); // the gravest first
    CHECK(contains(text, "<details><summary>All 12 checks</summary>"));
}

TEST_CASE("HTML is one file that asks nobody for anything")
{
    const auto text = render_html(two_nodes());
    CHECK(text.starts_with("<!DOCTYPE html>"));
    for (const auto* foreign :
         {"http://", "https://", "<script", "<link", "src=", "@import", "url("})
        CHECK_FALSE(contains(text, foreign));
    CHECK(contains(text, "prefers-color-scheme: dark"));
    CHECK(contains(text, "@media print"));
    CHECK(contains(text, "The node could not be asked"));
}

TEST_CASE("metrics have a sample for each check, and a score")
{
    const auto text = render_prometheus(two_nodes());
    CHECK(contains(text, "harden_verify_up{node=\"node7\"} 1\n"));
    CHECK(contains(text, "harden_verify_up{node=\"node8\"} 0\n"));
    CHECK(contains(text, "harden_verify_last_run_timestamp_seconds{node=\"node7\"} 1795334400\n"));
    CHECK(contains(text, "harden_verify_score{node=\"node7\"} 92\n"));
    CHECK(contains(text, "harden_verify_checks{node=\"node7\",status=\"waived\"} 1\n"));
    CHECK(contains(
        text, "harden_verify_check_failed{node=\"node7\",id=\"a.fail\",severity=\"high\"} 1\n"));
    CHECK(contains(text, "harden_verify_check_undecided{node=\"node7\",id=\"a.unknown\","
                         "severity=\"high\"} 1\n"));
    CHECK_FALSE(contains(text, "harden_verify_score{node=\"node8\"}"));
}
