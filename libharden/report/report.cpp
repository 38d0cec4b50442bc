#include "report/report.h"

#include <algorithm>

namespace harden {

std::string_view name_of(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Pass:
        return "pass";
    case Verdict::Fail:
        return "fail";
    case Verdict::Info:
        return "info";
    case Verdict::NotApplicable:
        return "na";
    case Verdict::Unknown:
        return "unknown";
    case Verdict::Waived:
        return "waived";
    }
    return "";
}

std::string_view name_of(Severity severity)
{
    switch (severity) {
    case Severity::Info:
        return "info";
    case Severity::Low:
        return "low";
    case Severity::Medium:
        return "medium";
    case Severity::High:
        return "high";
    case Severity::Critical:
        return "critical";
    }
    return "";
}

std::string_view name_of(Level level)
{
    switch (level) {
    case Level::Config:
        return "config";
    case Level::Effective:
        return "effective";
    case Level::Behaviour:
        return "behaviour";
    }
    return "";
}

static int weight(Severity severity)
{
    switch (severity) {
    case Severity::Info:
        return 0;
    case Severity::Low:
        return 1;
    case Severity::Medium:
        return 3;
    case Severity::High:
        return 8;
    case Severity::Critical:
        return 20;
    }
    return 0;
}

// 100 less the weight of what failed: nothing that is added to a node can raise it, and a
// critical failure caps it.
static int score(const Report& report)
{
    int lost = 0;
    bool critical = false;
    for (const auto& finding : report.findings) {
        if (finding.verdict != Verdict::Fail)
            continue;
        lost += weight(finding.severity);
        critical |= finding.severity == Severity::Critical;
    }
    return std::clamp(100 - lost, 0, critical ? 49 : 100);
}

Summary summarise(const Report& report)
{
    Summary summary;
    for (const auto& finding : report.findings) {
        switch (finding.verdict) {
        case Verdict::Pass:
            ++summary.pass;
            break;
        case Verdict::Fail:
            ++summary.fail;
            break;
        case Verdict::Info:
            ++summary.info;
            break;
        case Verdict::NotApplicable:
            ++summary.not_applicable;
            break;
        case Verdict::Unknown:
            ++summary.unknown;
            break;
        case Verdict::Waived:
            ++summary.waived;
            break;
        }
    }
    summary.score = score(report);
    return summary;
}

}
