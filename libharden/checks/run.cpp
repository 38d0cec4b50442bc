#include "checks/check.h"

#include <algorithm>

namespace harden {

Outcome pass(std::string evidence)
{
    return {Verdict::Pass, std::move(evidence)};
}
Outcome fail(std::string evidence)
{
    return {Verdict::Fail, std::move(evidence)};
}
Outcome info(std::string evidence)
{
    return {Verdict::Info, std::move(evidence)};
}
Outcome not_applicable(std::string reason)
{
    return {Verdict::NotApplicable, std::move(reason)};
}

static Finding answer(const Check& check, const Node& node, Profile profile)
{
    auto outcome = check.look(node);
    if (!outcome)
        outcome = Outcome{Verdict::Unknown, outcome.error().message};
    if (outcome->verdict == Verdict::Fail && check.profile == Profile::Full &&
        profile == Profile::Baseline)
        outcome->verdict = Verdict::Info;
    return {std::string{check.id},
            std::string{check.group},
            std::string{check.title},
            outcome->verdict,
            check.severity,
            check.level,
            outcome->evidence,
            std::string{check.remedy},
            check.map};
}

std::vector<Finding> run_checks(const std::vector<Check>& checks, const Node& node, Profile profile)
{
    std::vector<Finding> findings;
    for (const auto& check : checks)
        findings.push_back(answer(check, node, profile));
    return findings;
}

}
