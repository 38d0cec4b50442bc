#include "dockerfile/suppressions.h"

#include "base/day.h"
#include "dockerfile/glob.h"

#include <algorithm>

namespace harden {

static bool is_digest(std::string_view text)
{
    constexpr std::string_view prefix = "sha256:";
    return text.empty() ||
           (text.starts_with(prefix) && text.size() == prefix.size() + 64 &&
            text.find_first_not_of("0123456789abcdef", prefix.size()) == std::string_view::npos);
}

static Result<Suppression> read_suppression(const Setting& setting)
{
    if (!std::holds_alternative<Setting::Table>(setting.value))
        return Error{ErrorKind::Malformed,
                     cat(to_text(setting.origin), ": suppress must be a table"),
                     "write [[suppress]]"};
    TableReader table{setting, "suppress"};
    Suppression entry;
    entry.rule = TRY(table.text("rule"));
    entry.path = TRY(table.text_or("path", "*"));
    entry.digest = TRY(table.text_or("digest", ""));
    entry.reason = TRY(table.text_or("reason", ""));
    entry.owner = TRY(table.text_or("owner", ""));
    entry.expires = TRY(read_day(table, "expires"));
    entry.origin = setting.origin;
    if (!is_digest(entry.digest))
        return table.error_at("digest", "must be \"sha256:\" and 64 hexadecimal digits");
    TRY(table.finish());
    return entry;
}

Result<std::vector<Suppression>> parse_suppressions(std::string_view text, std::string_view file)
{
    const auto document = TRY(parse_toml(text, file));
    TableReader reader{document, ""};
    TRY(reader.integer("version", 1, 1));
    std::vector<Suppression> entries;
    for (const auto& setting : TRY(reader.array("suppress")))
        entries.push_back(TRY(read_suppression(setting)));
    TRY(reader.finish());
    return entries;
}

bool asks_for_digest(const std::vector<Suppression>& suppressions)
{
    return std::ranges::any_of(suppressions,
                               [](const Suppression& entry) { return !entry.digest.empty(); });
}

// "*" stands for any text, with slashes in it as well.
static bool matches(std::string_view pattern, std::string_view text)
{
    std::string wide;
    for (const char letter : pattern)
        wide += letter == '*' ? std::string{"**"} : std::string(1, letter);
    return pattern == "*" || Glob{wide, Glob::Syntax::Docker}.matches(text);
}

static bool covers(const Suppression& entry, const ScanFinding& finding, std::string_view path,
                   std::string_view digest)
{
    return matches(entry.rule, finding.rule) && matches(entry.path, path) &&
           (entry.digest.empty() || entry.digest == digest);
}

// Why an entry does not count; empty where it does.
static std::string why_idle(const Suppression& entry, TimePoint now)
{
    for (const auto& [name, value] : {std::pair{"reason", &entry.reason}, {"owner", &entry.owner}})
        if (trim(*value).empty())
            return cat("names no ", name);
    return now < entry.expires ? std::string{} : cat("expired on ", to_day(entry.expires));
}

Suppressed suppress(std::vector<ScanFinding> findings, std::string_view path,
                    std::string_view digest, const std::vector<Suppression>& suppressions,
                    TimePoint now)
{
    Suppressed sorted;
    const auto warn = [&](const Suppression& entry, const std::string& why) {
        auto warning =
            cat(to_text(entry.origin), ": this suppression ", why, ", and does not count");
        if (std::ranges::find(sorted.warnings, warning) == sorted.warnings.end())
            sorted.warnings.push_back(std::move(warning));
    };
    for (auto& finding : findings) {
        const Suppression* by = nullptr;
        for (const auto& entry : suppressions) {
            if (by != nullptr || !covers(entry, finding, path, digest))
                continue;
            if (const auto why = why_idle(entry, now); why.empty())
                by = &entry;
            else
                warn(entry, why);
        }
        if (by == nullptr) {
            sorted.findings.push_back(std::move(finding));
            continue;
        }
        finding.message += cat("; until ", to_day(by->expires), ", ", by->owner, ": ", by->reason,
                               " (", to_text(by->origin), ")");
        sorted.suppressed.push_back(std::move(finding));
    }
    return sorted;
}

}
