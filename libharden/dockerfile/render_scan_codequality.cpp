#include "dockerfile/scan_formats.h"
#include "report/markup.h"

#include <nlohmann/json.hpp>

namespace harden {

using Json = nlohmann::ordered_json;

static Json row_of(const ScannedFile& file, std::string_view description, std::string_view check,
                   std::string_view print, std::string_view severity, FilePlace place)
{
    return {{"description", escaped(description, longest_evidence)},
            {"check_name", escaped(check)},
            {"fingerprint", print},
            {"severity", severity},
            {"location",
             {{"path", escaped(repository_path(file.path), 4096)},
              {"lines", {{"begin", place.line}}}}}};
}

static std::string description_of(const ScanFinding& finding)
{
    auto text =
        cat(finding.message, ": ", finding.decoded.empty() ? finding.text : finding.decoded);
    return finding.remedy.empty() ? text : cat(text, " (", finding.remedy, ")");
}

// What GitLab's code quality widget reads: what is suppressed is not in it.
std::string render_scan_codequality(std::span<const ScannedFile> files)
{
    auto rows = Json::array();
    FindingPrints prints;
    for (const auto& file : files) {
        if (!file.problem.empty())
            rows.push_back(row_of(file, file.problem, "scan.unread",
                                  fingerprint(cat(file.path, "\nunread")), "major",
                                  file.problem_place));
        for (const auto& finding : file.findings)
            rows.push_back(row_of(
                file, description_of(finding), finding.rule, prints.of(file, finding),
                finding.verdict == ScanVerdict::Reject ? "critical" : "minor", finding.place));
    }
    return rows.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}
