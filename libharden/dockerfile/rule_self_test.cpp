#include "dockerfile/rule_self_test.h"

#include <algorithm>

namespace harden {

static bool finds(const Scanner& scanner, const std::string& rule, const std::string& text)
{
    const auto scanned = scanner.dockerfile("Dockerfile", text);
    return std::any_of(scanned.findings.begin(), scanned.findings.end(),
                       [&](const ScanFinding& finding) { return finding.rule == rule; });
}

std::vector<std::string> failed_examples(const Scanner& scanner)
{
    std::vector<std::string> failed;
    for (const auto& rule : scanner.rules().rules) {
        const auto fail = [&](std::string_view complaint, const std::string& text) {
            failed.push_back(cat(rule.origin, ": ", rule.id, " ", complaint, ": ", escaped(text)));
        };
        if (rule.bad.empty())
            failed.push_back(cat(rule.origin, ": ", rule.id, " has no example of what it finds"));
        for (const auto& text : rule.bad)
            if (!finds(scanner, rule.id, text))
                fail("does not find its own example", text);
        for (const auto& text : rule.good)
            if (finds(scanner, rule.id, text))
                fail("finds what it calls good", text);
    }
    return failed;
}

}
