#include "base/json_view.h"
#include "report/formats.h"
#include "report/markup.h"

namespace harden {

// After a "#" a consumer looks for a directive.
static std::string described(std::string_view text)
{
    std::string safe;
    for (const char letter : escaped(text, longest_evidence))
        safe += letter == '#' ? std::string{"\\#"} : std::string{letter};
    return safe;
}

// A string of JSON is one of YAML, and its line breaks are escaped in it.
static std::string yaml_line(std::string_view key, std::string_view value)
{
    return cat("  ", key, ": ", json_quoted(escaped(value, longest_evidence)), "\n");
}

static std::string details_of(const Finding& finding)
{
    return cat("  ---\n", yaml_line("status", name_of(finding.verdict)),
               yaml_line("severity", name_of(finding.severity)),
               yaml_line("message", finding.evidence), yaml_line("fix", finding.remedy), "  ...\n");
}

static std::string line_for(std::size_t number, std::string_view node, const Finding& finding)
{
    const auto line =
        cat(std::to_string(number), " - ", node.empty() ? "" : cat(described(node), ": "),
            described(finding.id), ": ", described(finding.title));
    switch (finding.verdict) {
    case Verdict::Fail:
    case Verdict::Unknown:
        return cat("not ok ", line, "\n", details_of(finding));
    case Verdict::Waived: // a failure that is expected, and fails nothing
        return cat("not ok ", line, " # TODO waived: ", described(finding.evidence), "\n");
    case Verdict::NotApplicable:
        return cat("ok ", line, " # SKIP ", described(finding.evidence), "\n");
    case Verdict::Pass:
    case Verdict::Info:
        return cat("ok ", line, "\n");
    }
    return {};
}

std::string render_tap(const Verification& verification)
{
    const bool many = verification.reports.size() > 1;
    std::size_t number = 0;
    std::string points;
    for (const auto& report : verification.reports) {
        if (!report.problem.empty())
            points += cat("not ok ", std::to_string(++number), " - ", described(report.node),
                          ": the node can be asked\n  ---\n", yaml_line("message", report.problem),
                          "  ...\n");
        for (const auto& finding : report.findings)
            points += line_for(++number, many ? report.node : "", finding);
    }
    return cat("TAP version 13\n1..", std::to_string(number), "\n", points);
}

}
