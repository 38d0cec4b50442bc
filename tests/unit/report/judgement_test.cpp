#include "report/judgement.h"
#include "report/read_json.h"
#include "support/catch.hpp"
#include "unit/report/sample.h"

#include <random>

using namespace harden;
using namespace harden::test;
using enum Verdict;

static Judgement judged_alone(std::vector<Finding> findings, const Gate& gate = {})
{
    return judged({report("n", std::move(findings))}, gate, std::nullopt);
}

TEST_CASE("a failure beats what is undecided, and nothing decided is not good")
{
    CHECK(judged_alone({finding("a.a", Pass)}) == Judgement::Good);
    CHECK(judged_alone({finding("a.a", Unknown), finding("a.b", Fail)}) == Judgement::Findings);
    CHECK(judged_alone({finding("a.a", Pass), finding("a.b", Unknown)}) == Judgement::Undecided);
    CHECK(judged_alone({}) == Judgement::Undecided);
    CHECK(judged({}, {}, std::nullopt) == Judgement::Undecided);
}

TEST_CASE("a gate lets through what is below it, and what is undecided where that is allowed")
{
    const Gate high{.least = Severity::High};
    CHECK(judged_alone({finding("a.a", Fail, "", Severity::Medium)}, high) == Judgement::Good);
    CHECK(judged_alone({finding("a.a", Fail, "", Severity::High)}, high) == Judgement::Findings);
    CHECK(judged_alone({finding("a.a", Pass), finding("a.b", Unknown, "", Severity::Low)}, high) ==
          Judgement::Good);
    const Gate lenient{.allow_unknown = true};
    CHECK(judged_alone({finding("a.a", Pass), finding("a.b", Unknown)}, lenient) ==
          Judgement::Good);
    CHECK(judged_alone({finding("a.b", Unknown)}, lenient) == Judgement::Undecided);
}

TEST_CASE("a node that could not be asked is undecided, whatever is allowed")
{
    const std::vector<Report> reports{report("n", {finding("a.a", Pass)}),
                                      {.node = "m", .problem = "no route"}};
    CHECK(judged(reports, {.least = Severity::Critical, .allow_unknown = true}, std::nullopt) ==
          Judgement::Undecided);
}

TEST_CASE("since an earlier report only what is worse counts")
{
    const std::vector<Report> earlier{
        report("n", {finding("a.old", Fail), finding("a.fell", Pass), finding("a.rose", Fail),
                     finding("a.dark", Pass), finding("a.gone", Pass)})};
    std::vector<Report> now{
        report("n", {finding("a.old", Fail), finding("a.fell", Fail), finding("a.rose", Pass),
                     finding("a.dark", Unknown), finding("a.new", Fail)})};
    const auto since = compare(earlier, now);
    std::vector<std::string> seen;
    for (const auto& shift : since.shifts)
        seen.push_back(cat(name_of(shift.kind), " ", shift.id));
    CHECK(seen == std::vector<std::string>{"worse a.fell", "worse a.dark", "better a.rose",
                                           "new a.new", "gone a.gone"});
    CHECK(judged(now, {}, since) == Judgement::Findings);
    now.front().findings = {finding("a.old", Fail), finding("a.rose", Pass)};
    CHECK(judged(now, {}, compare(earlier, now)) == Judgement::Good);
    now.front().findings.push_back(finding("a.dark", Unknown));
    CHECK(judged(now, {}, compare(earlier, now)) == Judgement::Undecided);
}

TEST_CASE("nothing is gone from a report of some checks, and a waiver that ended is worse")
{
    const std::vector<Report> earlier{report("n", {finding("a.a", Waived), finding("a.b", Pass)})};
    auto now = report("n", {finding("a.a", Fail)});
    now.is_partial = true;
    const auto since = compare(earlier, {now});
    REQUIRE(since.shifts.size() == 1);
    CHECK(since.shifts.front().kind == Shift::Kind::Worse);
}

TEST_CASE("nodes of several are compared by name")
{
    const std::vector<Report> earlier{report("n", {finding("a.a", Pass)}),
                                      report("m", {finding("a.a", Fail)})};
    const std::vector<Report> now{report("m", {finding("a.a", Fail)}),
                                  report("n", {finding("a.a", Fail)})};
    const auto since = compare(earlier, now);
    REQUIRE(since.shifts.size() == 1);
    CHECK(since.shifts.front().node == "n");
}

TEST_CASE("a merged report is read back as the same nodes")
{
    Verification two;
    two.reports = {report("n", {finding("a.a", Fail)}), {.node = "m", .problem = "no route"}};
    const auto text = render_json(two);
    CHECK(text.find("\"schema\": \"harden.verify-nodes/1\"") != std::string::npos);
    const auto reread = parse_reports(text);
    REQUIRE(reread);
    REQUIRE(reread->size() == 2);
    CHECK((*reread)[0].findings[0].verdict == Fail);
    CHECK((*reread)[1].problem == "no route");
    CHECK(parse_reports(render_json(two.reports.front()))->size() == 1);
    CHECK_FALSE(parse_reports(R"({"schema": "harden.verify-nodes/1", "reports": []})"));
}

TEST_CASE("nothing that is added to a node raises its score, and a critical failure caps it")
{
    std::mt19937 random{20261122};
    const auto any = [&](int last) {
        return static_cast<int>(random() % (static_cast<unsigned>(last) + 1));
    };
    Report grown = report("n", {});
    for (int i = 0; i < 3000; ++i) {
        const auto before = summarise(grown).score;
        const auto verdict = static_cast<Verdict>(any(static_cast<int>(Waived)));
        const auto severity = static_cast<Severity>(any(static_cast<int>(Severity::Critical)));
        grown.findings.push_back(finding(cat("a.", std::to_string(i)), verdict, "", severity));
        const auto after = summarise(grown).score;
        REQUIRE(after <= before);
        if (verdict == Fail && severity == Severity::Critical)
            REQUIRE(after <= 49);
        if (any(40) == 0)
            grown.findings.clear();
    }
}

TEST_CASE("undoing a failure lowers no score")
{
    std::mt19937 random{7};
    for (int i = 0; i < 500; ++i) {
        Report some = report("n", {});
        for (unsigned j = 0; j < random() % 12; ++j)
            some.findings.push_back(finding(cat("a.", std::to_string(j)),
                                            static_cast<Verdict>(random() % 6), "",
                                            static_cast<Severity>(random() % 5)));
        const auto before = summarise(some).score;
        for (auto& each : some.findings)
            if (each.verdict == Fail && random() % 2 == 0)
                each.verdict = Pass;
        REQUIRE(summarise(some).score >= before);
    }
}
