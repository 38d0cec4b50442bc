#include "checks/check.h"

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

static Outcome looked(const Check& check, const Facts& facts, Profile profile)
{
    auto outcome = check.look(facts);
    if (!outcome)
        return {Verdict::Unknown, outcome.error().message};
    const bool asked_for = check.profile == Profile::Baseline || profile == Profile::Full;
    if (outcome->verdict == Verdict::Fail && !asked_for)
        outcome->verdict = Verdict::Info;
    return *std::move(outcome);
}

std::vector<Finding> run_checks(const std::vector<Check>& checks, const Facts& facts,
                                Profile profile)
{
    std::vector<Finding> findings;
    for (const auto& check : checks) {
        auto outcome = looked(check, facts, profile);
        findings.push_back({.id = std::string{check.id},
                            .group = std::string{check.group},
                            .title = std::string{check.title},
                            .verdict = outcome.verdict,
                            .severity = check.severity,
                            .level = check.level,
                            .evidence = std::move(outcome.evidence),
                            .remedy = std::string{check.remedy},
                            .map = check.map});
    }
    return findings;
}

std::vector<Finding> run_checks(const std::vector<Check>& checks, const Node& node, Profile profile)
{
    return run_checks(checks, Facts{node}, profile);
}

}
