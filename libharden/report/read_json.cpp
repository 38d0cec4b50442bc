#include "report/read_json.h"

#include "base/json_view.h"

namespace harden {

static constexpr std::size_t longest_text = 2000; // of what is printed as it is

static Error malformed(std::string_view what)
{
    return {ErrorKind::Malformed, cat("this is no report of harden verify: ", escaped(what)),
            "was it made with --format json, by a harden of this version?"};
}

// The value of an enumeration, whose last is `last`, by its name.
template<class Value>
static Result<Value> named(const std::string& word, Value last)
{
    for (int i = 0; i <= static_cast<int>(last); ++i)
        if (name_of(static_cast<Value>(i)) == word)
            return static_cast<Value>(i);
    return malformed(cat("unknown word ", word));
}

// Titles and remedies are printed as they stand, since ours hold nothing to escape.
static std::string safe(const JsonView& row, std::string_view key)
{
    return escaped(row.text(key), longest_text);
}

static Result<Finding> parse_finding(const JsonView& row)
{
    Finding finding{
        .id = safe(row, "id"), .group = safe(row, "group"), .title = safe(row, "title")};
    finding.verdict = TRY(named(row.text("status"), Verdict::Waived));
    finding.severity = TRY(named(row.text("severity"), Severity::Critical));
    finding.level = TRY(named(row.text("level"), Level::Behaviour));
    finding.evidence = row.text("evidence");
    finding.remedy = safe(row, "remedy");
    for (const auto& word : row.texts("map"))
        finding.map.push_back(escaped(word));
    finding.why = safe(row, "why");
    if (finding.id.empty())
        return malformed("a check without an id");
    return finding;
}

static Result<Report> report_in(const JsonView& json)
{
    Report report{.node = safe(json, "node"),
                  .time = safe(json, "time"),
                  .profile = safe(json, "profile"),
                  .is_partial = json.boolean("partial"),
                  .problem = safe(json, "problem")};
    for (const auto& row : json.rows("checks"))
        report.findings.push_back(TRY(parse_finding(row)));
    if (!json.problem().empty())
        return malformed(json.problem());
    if (report.findings.empty() && report.problem.empty())
        return malformed("a report without checks");
    return report;
}

static Result<JsonView> parse(std::string_view text)
{
    auto json = TRY(parse_json(text).during("read a report"));
    if (!json.text("schema").starts_with("harden."))
        return malformed("no schema of harden's");
    return json;
}

Result<Report> parse_report(std::string_view text)
{
    const auto json = TRY(parse(text));
    return report_in(json);
}

Result<std::vector<Report>> parse_reports(std::string_view text)
{
    const auto json = TRY(parse(text));
    std::vector<Report> reports;
    for (const auto& row : json.rows("reports"))
        reports.push_back(TRY(report_in(row)));
    if (reports.empty())
        reports.push_back(TRY(report_in(json)));
    return reports;
}

}
