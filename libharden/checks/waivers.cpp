#include "checks/waivers.h"

#include "base/day.h"

#include <algorithm>
#include <fnmatch.h>

namespace harden {

static Result<> may_be_waived(const Waiver& waiver, const TableReader& table,
                              const std::vector<Check>& checks)
{
    const auto found = std::ranges::find(checks, waiver.id, &Check::id);
    if (found == checks.end()) {
        std::vector<std::string> ids;
        for (const auto& check : checks)
            ids.emplace_back(check.id);
        auto problem = table.error_at("id", cat("\"", escaped(waiver.id), "\" is no check's id"));
        if (const auto meant = nearest(waiver.id, ids))
            problem.hint = cat("did you mean \"", *meant, "\"?");
        return problem;
    }
    if (!is_waivable(*found))
        return table.error_at("id", cat("\"", waiver.id,
                                        "\" tests what the node does about egress "
                                        "and gVisor, which cannot be waived"));
    return done;
}

static Result<Waiver> read_waiver(const Setting& setting, const std::vector<Check>& checks)
{
    if (!std::holds_alternative<Setting::Table>(setting.value))
        return Error{
            ErrorKind::Malformed, cat(to_text(setting.origin), ": waiver must be a table"), {}};
    TableReader table{setting, "waiver"};
    Waiver waiver{.id = TRY(table.text("id")),
                  .scope = TRY(table.text_or("scope", "*")),
                  .reason = TRY(table.text("reason")),
                  .owner = TRY(table.text("owner")),
                  .origin = setting.origin};
    waiver.expires = TRY(read_day(table, "expires"));
    for (const auto* key : {"reason", "owner"})
        if (trim(TRY(table.text(key))).empty())
            return table.error_at(key, "must not be empty");
    TRY(table.finish());
    TRY(may_be_waived(waiver, table, checks));
    return waiver;
}

Result<std::vector<Waiver>> parse_waivers(std::string_view text, std::string_view file,
                                          const std::vector<Check>& checks)
{
    const auto document = TRY(parse_toml(text, file));
    TableReader reader{document, ""};
    TRY(reader.integer("version", 1, 1));
    std::vector<Waiver> waivers;
    for (const auto& setting : TRY(reader.array("waiver")))
        waivers.push_back(TRY(read_waiver(setting, checks)));
    TRY(reader.finish());
    return waivers;
}

static bool covers(const Waiver& waiver, std::string_view id, std::string_view node)
{
    return waiver.id == id && fnmatch(waiver.scope.c_str(), std::string{node}.c_str(), 0) == 0;
}

void waive(std::vector<Finding>& findings, const std::vector<Waiver>& waivers,
           std::string_view node, TimePoint now)
{
    for (auto& finding : findings) {
        if (finding.verdict != Verdict::Fail)
            continue;
        for (const auto& waiver : waivers) {
            if (!covers(waiver, finding.id, node))
                continue;
            const auto day = to_day(waiver.expires);
            if (now < waiver.expires) {
                finding.verdict = Verdict::Waived;
                finding.evidence += cat("; until ", day, ", ", waiver.owner, ": ", waiver.reason);
                break;
            }
            finding.evidence += cat("; the waiver of ", waiver.owner, " expired on ", day);
        }
    }
}

std::vector<Waiver> unused(const std::vector<Waiver>& waivers, const std::vector<Finding>& findings)
{
    std::vector<Waiver> idle;
    for (const auto& waiver : waivers) {
        const auto found = std::ranges::find(findings, waiver.id, &Finding::id);
        if (found != findings.end() && found->verdict == Verdict::Pass)
            idle.push_back(waiver);
    }
    return idle;
}

}
