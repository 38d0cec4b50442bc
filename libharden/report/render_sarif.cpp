#include "report/formats.h"
#include "report/markup.h"

#include <nlohmann/json.hpp>

#include <array>
#include <map>
#include <utility>

namespace harden {

using Json = nlohmann::ordered_json;

// The file that mends a finding, relative to the node's root: consumers drop results without a
// file, and most of what is asked of a node is said in one.
static std::string artifact_of(std::string_view id)
{
    static constexpr std::array<std::pair<std::string_view, const char*>, 9> files{
        {{"ssh.", "etc/ssh/sshd_config"},
         {"egress.", "etc/harden/egress.toml"},
         {"network.", "etc/harden/egress.toml"},
         {"firewall.", "etc/harden/firewall.toml"},
         {"detector.", "etc/cron.d/harden-detect-miners"},
         {"kernel.", "etc/sysctl.conf"},
         {"host.", "etc/fstab"},
         {"cve.", "var/lib/dpkg/status"},
         {"container.", "docker-compose.yml"}}};
    for (const auto& [prefix, file] : files)
        if (id.starts_with(prefix))
            return file;
    return "etc/docker/daemon.json";
}

static const char* level_of(Severity severity)
{
    if (severity >= Severity::High)
        return "error";
    return severity == Severity::Medium ? "warning" : "note";
}

// On GitHub's scale: critical from 9.0, high from 7.0, medium from 4.0.
static const char* security_severity(Severity severity)
{
    static constexpr std::array scores{"0.5", "2.0", "5.5", "8.0", "9.5"};
    return scores.at(static_cast<std::size_t>(severity));
}

static Json rule_of(const Finding& finding)
{
    auto tags = Json::array({"security"});
    for (const auto& row : finding.map)
        tags.push_back(escaped(row));
    const auto why = finding.why.empty() ? finding.title : finding.why;
    return {{"id", finding.id},
            {"shortDescription", {{"text", finding.title}}},
            {"fullDescription", {{"text", why}}},
            {"help",
             {{"text", cat(why, "\n\nTo mend it: ", finding.remedy)},
              {"markdown", cat(in_markdown(why), "\n\nTo mend it: <code>",
                               in_markdown(finding.remedy), "</code>")}}},
            {"defaultConfiguration", {{"level", level_of(finding.severity)}}},
            {"properties",
             {{"tags", std::move(tags)},
              {"precision", "very-high"},
              {"security-severity", security_severity(finding.severity)}}}};
}

static Json location_of(const Report& report, const Finding& finding, const std::string& artifact)
{
    const auto uri = artifact.empty() ? artifact_of(finding.id) : artifact;
    Json physical{{"artifactLocation", {{"uri", uri}}}, {"region", {{"startLine", 1}}}};
    Json logical{{{"name", escaped(report.node)},
                  {"fullyQualifiedName", cat(escaped(report.node), "/", finding.id)},
                  {"kind", "resource"}}};
    return {{"physicalLocation", std::move(physical)}, {"logicalLocations", std::move(logical)}};
}

static std::string message_of(const Report& report, const Finding& finding)
{
    auto text = cat(escaped(report.node), ": ", finding.title,
                    finding.verdict == Verdict::Unknown ? " (could not be decided)" : "");
    if (!finding.evidence.empty())
        text += cat(": ", escaped(finding.evidence, longest_evidence));
    return text;
}

static const char* baseline_state(const Verification& verification, const Report& report,
                                  const Finding& finding)
{
    for (const auto& shift : verification.since->shifts)
        if (shift.node == report.node && shift.id == finding.id)
            return is_regression(shift) ? "new" : "updated";
    return "unchanged";
}

static Json result_of(const Verification& verification, const Report& report,
                      const Finding& finding, std::size_t rule)
{
    const bool is_open = finding.verdict == Verdict::Unknown;
    const auto print = fingerprint(cat(report.node, "\n", finding.id));
    Json result{{"ruleId", finding.id},
                {"ruleIndex", rule},
                {"kind", is_open ? "open" : "fail"},
                {"level", is_open ? "none" : level_of(finding.severity)},
                {"message", {{"text", message_of(report, finding)}}},
                {"locations", {location_of(report, finding, verification.artifact)}},
                {"partialFingerprints",
                 {{"primaryLocationLineHash", cat(print, ":1")}, {"nodeAndCheck/v1", print}}}};
    if (finding.verdict == Verdict::Waived)
        result["suppressions"] = {{{"kind", "external"},
                                   {"status", "accepted"},
                                   {"justification", escaped(finding.evidence, longest_evidence)}}};
    if (verification.since)
        result["baselineState"] = baseline_state(verification, report, finding);
    return result;
}

static bool is_result(const Finding& finding)
{
    return finding.verdict == Verdict::Fail || finding.verdict == Verdict::Unknown ||
           finding.verdict == Verdict::Waived;
}

static Json unreachable(const Report& report)
{
    return {{"level", "error"},
            {"message",
             {{"text", cat(escaped(report.node),
                           " could not be asked: ", escaped(report.problem, longest_evidence))}}}};
}

// All nodes in one run: GitHub takes one run a category, and tells nodes apart by fingerprint.
std::string render_sarif(const Verification& verification)
{
    auto rules = Json::array();
    auto results = Json::array();
    auto notifications = Json::array();
    std::map<std::string, std::size_t> rule_numbers;
    for (const auto& report : verification.reports) {
        if (!report.problem.empty())
            notifications.push_back(unreachable(report));
        for (const auto& finding : report.findings) {
            const auto [rule, is_new] = rule_numbers.emplace(finding.id, rule_numbers.size());
            if (is_new)
                rules.push_back(rule_of(finding));
            if (is_result(finding))
                results.push_back(result_of(verification, report, finding, rule->second));
        }
    }
    Json invocation{{"executionSuccessful", notifications.empty()},
                    {"toolExecutionNotifications", std::move(notifications)}};
    if (!verification.reports.empty() && verification.reports.front().time.ends_with('Z'))
        invocation["endTimeUtc"] = verification.reports.front().time;
    Json driver{{"name", "harden verify"}, {"rules", std::move(rules)}};
    Json run{{"tool", {{"driver", std::move(driver)}}},
             {"automationDetails", {{"id", "harden-verify/"}}},
             {"columnKind", "utf16CodeUnits"},
             {"invocations", {std::move(invocation)}},
             {"results", std::move(results)}};
    const Json log{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                   {"version", "2.1.0"},
                   {"runs", {std::move(run)}}};
    return log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}
