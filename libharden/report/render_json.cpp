#include "base/text.h"
#include "report/render.h"

#include <nlohmann/json.hpp>

namespace harden {

using Json = nlohmann::ordered_json;

// Foreign bytes that are not UTF-8 become U+FFFD rather than an exception.
static std::string text_of(const Json& json)
{
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string render_json(const Report& report)
{
    auto checks = Json::array();
    for (const auto& f : report.findings)
        checks.push_back({{"id", f.id},
                          {"group", f.group},
                          {"title", f.title},
                          {"status", name_of(f.verdict)},
                          {"severity", name_of(f.severity)},
                          {"level", name_of(f.level)},
                          {"evidence", f.evidence},
                          {"remedy", f.remedy},
                          {"map", f.map}});
    const auto s = summarise(report);
    return text_of({{"schema", "harden.verify/1"},
                    {"node", report.node},
                    {"time", report.time},
                    {"profile", report.profile},
                    {"checks", std::move(checks)},
                    {"summary",
                     {{"pass", s.pass},
                      {"fail", s.fail},
                      {"info", s.info},
                      {"na", s.not_applicable},
                      {"unknown", s.unknown},
                      {"waived", s.waived},
                      {"score", s.score}}}});
}

std::string render_json(const Changes& changes, std::string_view verb)
{
    auto rows = Json::array();
    for (const auto& change : changes)
        rows.push_back({{"what", change.what}, {"from", change.from}, {"to", change.to}});
    return text_of({{"schema", cat("harden.", verb, "/1")}, {"changes", std::move(rows)}});
}

}
