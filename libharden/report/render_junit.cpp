#include "report/formats.h"
#include "report/markup.h"

namespace harden {

static std::string attribute(std::string_view name, std::string_view value)
{
    return cat(" ", name, "=\"", in_xml(value), "\"");
}

static std::string counts(const Summary& s, int extra)
{
    const auto all = s.pass + s.fail + s.info + s.not_applicable + s.unknown + s.waived;
    return cat(attribute("tests", std::to_string(all + extra)),
               attribute("failures", std::to_string(s.fail)),
               attribute("errors", std::to_string(s.unknown + extra)));
}

static std::string details_of(const Finding& finding)
{
    auto text = cat(in_xml(finding.evidence), "\nfix: ", in_xml(finding.remedy));
    if (!finding.why.empty())
        text += cat("\nwhy: ", in_xml(finding.why));
    return text;
}

// Undecided is an error, since nobody knows; what is waived or does not concern the node is
// skipped, with the reason.
static std::string outcome_of(const Finding& finding)
{
    const auto message = attribute("message", finding.evidence);
    switch (finding.verdict) {
    case Verdict::Fail:
        return cat("<failure", message, attribute("type", name_of(finding.severity)), ">",
                   details_of(finding), "</failure>");
    case Verdict::Unknown:
        return cat("<error", message, attribute("type", "unknown"), ">", details_of(finding),
                   "</error>");
    case Verdict::NotApplicable:
    case Verdict::Waived:
        return cat("<skipped", message, "/>");
    case Verdict::Pass:
    case Verdict::Info:
        return finding.evidence.empty()
                   ? std::string{}
                   : cat("<system-out>", in_xml(finding.evidence), "</system-out>");
    }
    return {};
}

static std::string case_of(std::string_view node, const Finding& finding)
{
    const auto head =
        cat("    <testcase", attribute("classname", cat(node, ".", finding.group)),
            attribute("name", cat(finding.id, ": ", finding.title)), attribute("time", "0"));
    const auto outcome = outcome_of(finding);
    return outcome.empty() ? cat(head, "/>\n") : cat(head, ">", outcome, "</testcase>\n");
}

static std::string suite_of(const Report& report)
{
    const auto summary = summarise(report);
    const int unreachable = report.problem.empty() ? 0 : 1;
    auto text = cat("  <testsuite", attribute("name", report.node),
                    attribute("hostname", report.node), counts(summary, unreachable),
                    attribute("skipped", std::to_string(summary.not_applicable + summary.waived)),
                    attribute("time", "0"), attribute("timestamp", report.time), ">\n");
    if (!report.problem.empty())
        text += cat("    <testcase", attribute("classname", report.node),
                    attribute("name", "the node can be asked"), attribute("time", "0"), "><error",
                    attribute("message", report.problem), attribute("type", "unknown"),
                    "/></testcase>\n");
    for (const auto& finding : report.findings)
        text += case_of(report.node, finding);
    return cat(text, "  </testsuite>\n");
}

std::string render_junit(const Verification& verification)
{
    int unreachable = 0;
    std::string suites;
    for (const auto& report : verification.reports) {
        unreachable += report.problem.empty() ? 0 : 1;
        suites += suite_of(report);
    }
    return cat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites",
               attribute("name", "harden verify"),
               counts(summarise(verification.reports), unreachable), attribute("time", "0"), ">\n",
               suites, "</testsuites>\n");
}

}
