#pragma once

#include "report/formats.h"

namespace harden::test {

inline Finding finding(std::string id, Verdict verdict, std::string evidence = "seen",
                       Severity severity = Severity::High)
{
    return {.id = std::move(id),
            .group = "SSH Hardening",
            .title = "SSH root login key-only",
            .verdict = verdict,
            .severity = severity,
            .evidence = std::move(evidence),
            .remedy = "harden ssh-harden apply",
            .map = {"CIS-Ubuntu-5.1.20"},
            .why = "A password can be guessed; sshd is asked for every kind of connection."};
}

inline Report report(std::string node, std::vector<Finding> findings)
{
    return {.node = std::move(node),
            .time = "2026-11-22T08:00:00Z",
            .profile = "full",
            .findings = std::move(findings)};
}

// A finding of each verdict.
inline Report each_verdict(const std::string& node, const std::string& evidence)
{
    using enum Verdict;
    return report(node,
                  {finding("a.pass", Pass, evidence), finding("a.fail", Fail, evidence),
                   finding("a.info", Info, evidence), finding("a.na", NotApplicable, evidence),
                   finding("a.unknown", Unknown, evidence), finding("a.waived", Waived, evidence)});
}

inline Verification of(Report only)
{
    Verification verification;
    verification.reports.push_back(std::move(only));
    return verification;
}

}
