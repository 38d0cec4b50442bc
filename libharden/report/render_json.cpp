#include "base/text.h"
#include "report/formats.h"

#include <nlohmann/json.hpp>

namespace harden {

using Json = nlohmann::ordered_json;

// Foreign bytes that are not UTF-8 become U+FFFD rather than an exception.
static std::string text_of(const Json& json, bool in_ascii = false)
{
    return json.dump(2, ' ', in_ascii, Json::error_handler_t::replace) + "\n";
}

static Json json_of(const Finding& f)
{
    return {{"id", f.id},
            {"group", f.group},
            {"title", f.title},
            {"status", name_of(f.verdict)},
            {"severity", name_of(f.severity)},
            {"level", name_of(f.level)},
            {"evidence", f.evidence},
            {"remedy", f.remedy},
            {"map", f.map},
            {"why", f.why}};
}

static Json json_of(const Summary& s)
{
    return {{"pass", s.pass},         {"fail", s.fail},       {"info", s.info},
            {"na", s.not_applicable}, {"unknown", s.unknown}, {"waived", s.waived},
            {"score", s.score}};
}

static Json json_of(const Report& report)
{
    auto checks = Json::array();
    for (const auto& finding : report.findings)
        checks.push_back(json_of(finding));
    Json json{{"schema", "harden.verify/1"},
              {"node", report.node},
              {"time", report.time},
              {"profile", report.profile}};
    if (report.is_partial)
        json["partial"] = true;
    if (!report.problem.empty())
        json["problem"] = report.problem;
    json["checks"] = std::move(checks);
    json["summary"] = json_of(summarise(report));
    return json;
}

static Json json_of(const Comparison& since)
{
    Json json{{"time", since.time}};
    for (const auto kind :
         {Shift::Kind::Worse, Shift::Kind::Better, Shift::Kind::New, Shift::Kind::Gone})
        json[std::string{name_of(kind)}] = Json::array();
    for (const auto& shift : since.shifts) {
        Json row{{"node", shift.node}, {"id", shift.id}};
        if (shift.before)
            row["before"] = name_of(*shift.before);
        if (shift.now)
            row["now"] = name_of(*shift.now);
        json[std::string{name_of(shift.kind)}].push_back(std::move(row));
    }
    return json;
}

// In ASCII: marks that reorder the text around them reach no terminal as such.
std::string render_json(const Report& report)
{
    return text_of(json_of(report), true);
}

std::string render_json(const Verification& verification)
{
    Json json;
    if (verification.reports.size() == 1) {
        json = json_of(verification.reports.front());
    } else {
        auto reports = Json::array();
        for (const auto& report : verification.reports)
            reports.push_back(json_of(report));
        json = {{"schema", "harden.verify-nodes/1"},
                {"reports", std::move(reports)},
                {"summary", json_of(summarise(verification.reports))}};
    }
    if (verification.since)
        json["since"] = json_of(*verification.since);
    return text_of(json, true);
}

std::string render_json(const Changes& changes, std::string_view verb)
{
    auto rows = Json::array();
    for (const auto& change : changes)
        rows.push_back({{"what", change.what}, {"from", change.from}, {"to", change.to}});
    return text_of({{"schema", cat("harden.", verb, "/1")}, {"changes", std::move(rows)}});
}

}
