#include "checks/check.h"

#include <array>

namespace harden {

Outcome pass(std::string evidence)
{
    return {Verdict::Pass, std::move(evidence), {}};
}

Outcome fail(std::string evidence)
{
    return {Verdict::Fail, std::move(evidence), {}};
}

Outcome info(std::string evidence)
{
    return {Verdict::Info, std::move(evidence), {}};
}

Outcome not_applicable(std::string reason)
{
    return {Verdict::NotApplicable, std::move(reason), {}};
}

static constexpr std::array profile_names{"baseline", "full", "strict"};

std::string_view name_of(Profile profile)
{
    return profile_names.at(static_cast<std::size_t>(profile));
}

Result<Profile> profile_named(std::string_view name)
{
    for (const auto profile : {Profile::Baseline, Profile::Full, Profile::Strict})
        if (name_of(profile) == name)
            return profile;
    return Error{ErrorKind::Malformed, cat("no profile is called \"", escaped(name), "\""),
                 "profiles: baseline, full, strict"};
}

static Outcome looked(const Check& check, const Facts& facts, Profile profile)
{
    auto outcome = check.look(facts);
    if (!outcome)
        return {Verdict::Unknown, outcome.error().message, {}};
    if (outcome->verdict == Verdict::Fail && check.profile > profile)
        outcome->verdict = Verdict::Info;
    return *std::move(outcome);
}

Finding finding_of(const Check& check, const Facts& facts, Profile profile)
{
    auto outcome = looked(check, facts, profile);
    return {.id = std::string{check.id},
            .group = std::string{check.group},
            .title = std::string{check.title},
            .verdict = outcome.verdict,
            .severity = check.severity,
            .level = outcome.reached.value_or(check.level),
            .evidence = std::move(outcome.evidence),
            .remedy = std::string{check.remedy},
            .map = check.map};
}

std::vector<Finding> run_checks(const std::vector<Check>& checks, const Facts& facts,
                                Profile profile)
{
    std::vector<Finding> findings;
    for (const auto& check : checks)
        findings.push_back(finding_of(check, facts, profile));
    return findings;
}

std::vector<Finding> run_checks(const std::vector<Check>& checks, const Node& node, Profile profile)
{
    return run_checks(checks, Facts{node}, profile);
}

}
