#include "base/time.h"
#include "report/formats.h"
#include "report/metric.h"

#include <chrono>

namespace harden {

namespace {

struct Metrics {
    Metric up{"harden_verify_up", "Whether the node could be asked."};
    Metric run{"harden_verify_last_run_timestamp_seconds", "When the node was last verified."};
    Metric score{"harden_verify_score", "100 less the weight of what failed, at most 49 where a "
                                        "critical check failed."};
    Metric checks{"harden_verify_checks", "Checks by their status."};
    Metric failed{"harden_verify_check_failed", "Whether the check failed."};
    Metric undecided{"harden_verify_check_undecided", "Whether the check could not be decided."};
};

}

static void add_findings(Metrics& metrics, const Report& report)
{
    for (const auto& finding : report.findings) {
        const auto severity = name_of(finding.severity);
        metrics.failed.add({"node", report.node, "id", finding.id, "severity", severity},
                           finding.verdict == Verdict::Fail ? "1" : "0");
        metrics.undecided.add({"node", report.node, "id", finding.id, "severity", severity},
                              finding.verdict == Verdict::Unknown ? "1" : "0");
    }
}

static void add_summary(Metrics& metrics, const Report& report)
{
    const auto s = summarise(report);
    const auto count = [&](Verdict verdict, int number) {
        metrics.checks.add({"node", report.node, "status", name_of(verdict)},
                           std::to_string(number));
    };
    count(Verdict::Pass, s.pass);
    count(Verdict::Fail, s.fail);
    count(Verdict::Info, s.info);
    count(Verdict::NotApplicable, s.not_applicable);
    count(Verdict::Unknown, s.unknown);
    count(Verdict::Waived, s.waived);
    metrics.score.add({"node", report.node}, std::to_string(s.score));
    if (const auto time = from_rfc3339(report.time))
        metrics.run.add({"node", report.node},
                        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(
                                           time->time_since_epoch())
                                           .count()));
}

std::string render_prometheus(const Verification& verification)
{
    Metrics metrics;
    for (const auto& report : verification.reports) {
        metrics.up.add({"node", report.node}, report.problem.empty() ? "1" : "0");
        if (!report.problem.empty())
            continue;
        add_summary(metrics, report);
        add_findings(metrics, report);
    }
    std::string text;
    for (const auto* metric : {&metrics.up, &metrics.run, &metrics.score, &metrics.checks,
                               &metrics.failed, &metrics.undecided})
        text += metric->text();
    return text;
}

}
