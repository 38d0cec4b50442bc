#include "report/judgement.h"

#include <algorithm>

namespace harden {

static bool is_asked_about(const std::optional<Comparison>& since, const Report& report,
                           const Finding& finding)
{
    if (!since)
        return true;
    return std::ranges::any_of(since->shifts, [&](const Shift& shift) {
        return shift.node == report.node && shift.id == finding.id && is_regression(shift);
    });
}

static bool says_anything(const Report& report)
{
    return report.problem.empty() &&
           std::ranges::any_of(report.findings, [](const Finding& finding) {
               return finding.verdict != Verdict::Unknown;
           });
}

Judgement judged(const std::vector<Report>& reports, const Gate& gate,
                 const std::optional<Comparison>& since)
{
    bool undecided = reports.empty();
    bool failed = false;
    for (const auto& report : reports) {
        undecided = undecided || !says_anything(report);
        for (const auto& finding : report.findings) {
            if (finding.severity < gate.least || !is_asked_about(since, report, finding))
                continue;
            failed = failed || finding.verdict == Verdict::Fail;
            undecided = undecided || (finding.verdict == Verdict::Unknown && !gate.allow_unknown);
        }
    }
    if (failed)
        return Judgement::Findings;
    return undecided ? Judgement::Undecided : Judgement::Good;
}

}
