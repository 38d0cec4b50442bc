#include "scan_answers.h"

#include "dockerfile/explain_rule.h"
#include "dockerfile/request_limits.h"
#include "dockerfile/rule_self_test.h"
#include "dockerfile/scan_formats.h"
#include "dockerfile/suppressions.h"
#include "scan_inputs.h"

#include <algorithm>

using namespace harden;

namespace {

Result<std::vector<Suppression>> suppressions_of(const Host& host)
{
    const auto text = host.read(site_suppressions);
    if (text.is_absent())
        return std::vector<Suppression>{};
    if (!text)
        return text.error();
    return parse_suppressions(*text, site_suppressions);
}

ScanVerdict worst_of(const std::vector<ScanFinding>& findings)
{
    auto worst = ScanVerdict::Pass;
    for (const auto& finding : findings)
        worst = std::max(worst, finding.verdict);
    return worst;
}

// What the operator answers for is taken out of what counts.
void take_out(const Host& host, std::vector<ScannedFile>& files,
              const std::vector<Suppression>& suppressions, TimePoint now)
{
    for (auto& file : files) {
        if (file.findings.empty() || suppressions.empty())
            continue;
        const auto digest = asks_for_digest(suppressions) ? digest_of(host, file) : "";
        auto result = suppress(std::move(file.findings), file.path, digest, suppressions, now);
        file.findings = std::move(result.findings);
        file.suppressed = std::move(result.suppressed);
        if (!file.suppressed.empty())
            file.verdict = worst_of(file.findings);
        for (const auto& warning : result.warnings)
            say(cat("warning: ", warning, "\n"));
    }
}

Exit exit_for(const std::vector<ScannedFile>& files, ScanVerdict least)
{
    const auto is_finding = [&](const ScannedFile& file) { return file.verdict >= least; };
    if (std::any_of(files.begin(), files.end(), is_finding))
        return Exit::Findings;
    const auto is_unread = [](const ScannedFile& file) { return !file.problem.empty(); };
    return files.empty() || std::any_of(files.begin(), files.end(), is_unread) ? Exit::Trouble
                                                                               : Exit::Clean;
}

Result<Exit> explain(const Node& node, const std::string& id)
{
    const auto rules = TRY(scan_rules(node.host()));
    print(TRY(explained(rules, id)));
    return Exit::Clean;
}

Result<Exit> self_test(const Node& node)
{
    const Scanner scanner{TRY(scan_rules(node.host()))};
    const auto failed = failed_examples(scanner);
    for (const auto& sentence : failed)
        print(sentence + "\n");
    return failed.empty() ? Exit::Clean : Exit::Findings;
}

Result<Exit> print_run_args(const Node& node, const std::string& tier)
{
    const auto tiers = TRY(tiers_of(node.host()));
    const auto line = TRY(run_args_for(tiers, tier));
    print(line + "\n");
    return Exit::Clean;
}

}

Result<Exit> answer(const Node& node, const ScanAsked& asked)
{
    if (asked.show_config) {
        print(show_settings(TRY(scan_settings(node.host()))));
        return Exit::Clean;
    }
    if (asked.self_test)
        return self_test(node);
    if (!asked.explain.empty())
        return explain(node, asked.explain);
    if (!asked.print_run_args.empty())
        return print_run_args(node, asked.print_run_args);
    const auto suppressions = TRY(suppressions_of(node.host()));
    const auto now = TRY(node.host().now());
    auto files = TRY(scanned_inputs(node, asked));
    take_out(node.host(), files, suppressions, now.wall);
    print(render_scan(asked.format, files, terminal_colour()));
    return exit_for(files, asked.fail_on == "review" ? ScanVerdict::Review : ScanVerdict::Reject);
}
