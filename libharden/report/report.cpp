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
    if (!report.problem.empty())
        return 0;
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

Summary summarise(const std::vector<Report>& reports)
{
    Summary all;
    all.score = reports.empty() ? 0 : 100;
    for (const auto& report : reports) {
        const auto one = summarise(report);
        all.pass += one.pass;
        all.fail += one.fail;
        all.info += one.info;
        all.not_applicable += one.not_applicable;
        all.unknown += one.unknown;
        all.waived += one.waived;
        all.score = std::min(all.score, one.score);
    }
    return all;
}

std::vector<const Finding*> troubles(const Report& report)
{
    std::vector<const Finding*> found;
    for (const auto verdict : {Verdict::Fail, Verdict::Unknown}) {
        const auto first = static_cast<std::ptrdiff_t>(found.size());
        for (const auto& finding : report.findings)
            if (finding.verdict == verdict)
                found.push_back(&finding);
        std::stable_sort(found.begin() + first, found.end(),
                         [](const auto* a, const auto* b) { return a->severity > b->severity; });
    }
    return found;
}

Result<Severity> severity_named(std::string_view name)
{
    using enum Severity;
    for (const auto severity : {Info, Low, Medium, High, Critical})
        if (name_of(severity) == name)
            return severity;
    return Error{ErrorKind::Malformed, cat("no severity is called \"", escaped(name), "\""),
                 "severities: info, low, medium, high, critical"};
}

}
