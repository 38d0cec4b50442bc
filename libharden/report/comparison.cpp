#include "report/comparison.h"

#include <algorithm>

namespace harden {

using Kind = Shift::Kind;

std::string_view name_of(Kind kind)
{
    switch (kind) {
    case Kind::Worse:
        return "worse";
    case Kind::Better:
        return "better";
    case Kind::New:
        return "new";
    case Kind::Gone:
        return "gone";
    }
    return "";
}

static int trouble(Verdict verdict)
{
    if (verdict == Verdict::Fail)
        return 2;
    return verdict == Verdict::Unknown ? 1 : 0;
}

static const Finding* find(const Report& report, const std::string& id)
{
    const auto found = std::ranges::find(report.findings, id, &Finding::id);
    return found == report.findings.end() ? nullptr : &*found;
}

static Shift shift_of(Kind kind, const Report& report, const Finding& finding)
{
    return {.kind = kind,
            .node = report.node,
            .id = finding.id,
            .title = finding.title,
            .severity = finding.severity};
}

static void compare_one(const Report& earlier, const Report& now, std::vector<Shift>& shifts)
{
    for (const auto& finding : now.findings) {
        const auto* before = find(earlier, finding.id);
        const int change =
            before == nullptr ? 1 : trouble(finding.verdict) - trouble(before->verdict);
        if (change == 0)
            continue;
        auto shift = shift_of(before == nullptr ? Kind::New
                              : change > 0      ? Kind::Worse
                                                : Kind::Better,
                              now, finding);
        if (before != nullptr)
            shift.before = before->verdict;
        shift.now = finding.verdict;
        shifts.push_back(std::move(shift));
    }
    for (const auto& finding : earlier.findings)
        if (!now.is_partial && now.problem.empty() && find(now, finding.id) == nullptr) {
            shifts.push_back(shift_of(Kind::Gone, now, finding));
            shifts.back().before = finding.verdict;
        }
}

Comparison compare(const std::vector<Report>& earlier, const std::vector<Report>& now)
{
    Comparison comparison{.time = earlier.empty() ? "" : earlier.front().time};
    for (const auto& report : now) {
        auto found = std::ranges::find(earlier, report.node, &Report::node);
        if (earlier.size() == 1 && now.size() == 1)
            found = earlier.begin();
        compare_one(found == earlier.end() ? Report{} : *found, report, comparison.shifts);
    }
    std::ranges::stable_sort(comparison.shifts, {}, &Shift::kind);
    return comparison;
}

bool is_regression(const Shift& shift)
{
    return (shift.kind == Kind::Worse || shift.kind == Kind::New) && shift.now &&
           trouble(*shift.now) > 0;
}

}
