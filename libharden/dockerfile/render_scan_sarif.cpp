#include "dockerfile/scan_formats.h"
#include "report/markup.h"

#include <nlohmann/json.hpp>

namespace harden {

using Json = nlohmann::ordered_json;

static bool is_plain(char letter)
{
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') ||
           std::string_view{"-._~/"}.find(letter) != std::string_view::npos;
}

// A relative reference: what is not plain is percent-encoded, so that no name is a scheme.
static std::string uri_of(std::string_view path)
{
    std::string uri;
    for (const char letter : repository_path(path)) {
        const auto byte = static_cast<unsigned char>(letter);
        if (is_plain(letter))
            uri += letter;
        else
            uri += {'%', "0123456789ABCDEF"[byte >> 4U], "0123456789ABCDEF"[byte & 0xfU]};
    }
    return uri;
}

static const char* level_of(ScanVerdict verdict)
{
    if (verdict == ScanVerdict::Reject)
        return "error";
    return verdict == ScanVerdict::Review ? "warning" : "note";
}

static Json rule_of(const ScanFinding& finding)
{
    const bool rejects = finding.verdict == ScanVerdict::Reject;
    const auto about =
        cat("harden scan's rule ", escaped(finding.rule), " of class ", escaped(finding.category));
    return {{"id", escaped(finding.rule)},
            {"shortDescription", {{"text", about}}},
            {"fullDescription", {{"text", about}}},
            {"help",
             {{"text", cat(about, "; harden scan --explain ", escaped(finding.rule),
                           " says what it looks for")}}},
            {"defaultConfiguration", {{"level", level_of(finding.verdict)}}},
            {"properties",
             {{"tags", {"security", escaped(finding.category)}},
              {"precision", rejects ? "high" : "medium"},
              {"security-severity", rejects ? "8.0" : "5.5"}}}};
}

static Json location_of(const ScannedFile& file, FilePlace place)
{
    return {{"physicalLocation",
             {{"artifactLocation", {{"uri", uri_of(file.path)}}},
              {"region", {{"startLine", place.line}, {"startColumn", place.column}}}}}};
}

static std::string message_of(const ScanFinding& finding)
{
    auto text = cat(escaped(finding.message, longest_evidence), ": ",
                    escaped(finding.text, longest_evidence));
    if (!finding.decoded.empty())
        text += cat(", which says ", escaped(finding.decoded, longest_evidence));
    if (!finding.remedy.empty())
        text += cat("; to mend it: ", escaped(finding.remedy, longest_evidence));
    return text;
}

namespace {

class SarifRun {
public:
    void add(const ScannedFile& file);
    std::string text();

private:
    Json result_of(const ScannedFile& file, const ScanFinding& finding);

    Json rules_ = Json::array();
    Json results_ = Json::array();
    Json notifications_ = Json::array();
    std::map<std::string, std::size_t, std::less<>> numbers_;
    FindingPrints prints_;
};

Json SarifRun::result_of(const ScannedFile& file, const ScanFinding& finding)
{
    const auto [rule, is_new] = numbers_.emplace(finding.rule, numbers_.size());
    if (is_new)
        rules_.push_back(rule_of(finding));
    const auto print = prints_.of(file, finding);
    return {{"ruleId", escaped(finding.rule)},
            {"ruleIndex", rule->second},
            {"level", level_of(finding.verdict)},
            {"message", {{"text", message_of(finding)}}},
            {"locations", {location_of(file, finding.place)}},
            {"partialFingerprints",
             {{"primaryLocationLineHash", cat(print, ":1")}, {"pathAndText/v1", print}}}};
}

void SarifRun::add(const ScannedFile& file)
{
    if (!file.problem.empty())
        notifications_.push_back({{"level", "error"},
                                  {"message", {{"text", escaped(file.problem, longest_evidence)}}},
                                  {"locations", {location_of(file, file.problem_place)}}});
    for (const auto& finding : file.findings)
        results_.push_back(result_of(file, finding));
    for (const auto& finding : file.suppressed) {
        auto result = result_of(file, finding);
        result["suppressions"] = {{{"kind", "external"},
                                   {"status", "accepted"},
                                   {"justification", escaped(finding.message, longest_evidence)}}};
        results_.push_back(std::move(result));
    }
}

std::string SarifRun::text()
{
    Json invocation{{"executionSuccessful", notifications_.empty()},
                    {"toolExecutionNotifications", std::move(notifications_)}};
    Json run{{"tool", {{"driver", {{"name", "harden scan"}, {"rules", std::move(rules_)}}}}},
             {"automationDetails", {{"id", "harden-scan/"}}},
             {"columnKind", "unicodeCodePoints"},
             {"invocations", {std::move(invocation)}},
             {"results", std::move(results_)}};
    const Json log{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                   {"version", "2.1.0"},
                   {"runs", {std::move(run)}}};
    return log.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}

std::string render_scan_sarif(std::span<const ScannedFile> files)
{
    SarifRun run;
    for (const auto& file : files)
        run.add(file);
    return run.text();
}

}
