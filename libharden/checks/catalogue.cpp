#include "checks/catalogue.h"

#include <nlohmann/json.hpp>

namespace harden {

static std::string_view meaning_of(Level level)
{
    switch (level) {
    case Level::Config:
        return "config: the text of a file";
    case Level::Effective:
        return "effective: the answer of the daemon or the kernel itself";
    case Level::Behaviour:
        return "behaviour: it was done";
    }
    return "";
}

static std::string_view meaning_of(Profile profile)
{
    switch (profile) {
    case Profile::Baseline:
        return "baseline: a gap fails on every node";
    case Profile::Full:
        return "full: a gap fails in the profiles full and strict, and is told in baseline";
    case Profile::Strict:
        return "strict: a gap fails in the profile strict, and is told in the others";
    }
    return "";
}

std::string explained(const Check& check)
{
    auto text = cat(check.id, ": ", check.title, "\n\n");
    if (!check.why.empty())
        text += cat(check.why, "\n\n");
    text += cat("  fix       ", check.remedy, "\n  group     ", check.group, "\n  severity  ",
                name_of(check.severity), "\n  level     ", meaning_of(check.level),
                "\n  profile   ", meaning_of(check.profile), "\n  waivable  ",
                is_waivable(check) ? "yes" : "no: it tests what the node does", "\n");
    if (!check.map.empty())
        text += cat("  see also  ", join(check.map, ", "), "\n");
    return text;
}

static std::string padded(std::string_view text, std::size_t width)
{
    return cat(text, std::string(width > text.size() ? width - text.size() : 0, ' '));
}

std::string render_list_text(const std::vector<Check>& checks)
{
    std::string text;
    std::string_view group;
    for (const auto& check : checks) {
        if (check.group != group) {
            text += cat(group.empty() ? "" : "\n", check.group, ":\n");
            group = check.group;
        }
        text += cat("  ", padded(check.id, 34), padded(name_of(check.severity), 10),
                    padded(name_of(check.level), 11), padded(name_of(check.profile), 10),
                    check.title, "\n");
    }
    return text;
}

std::string render_list_json(const std::vector<Check>& checks)
{
    using Json = nlohmann::ordered_json;
    auto rows = Json::array();
    for (const auto& check : checks)
        rows.push_back({{"id", check.id},
                        {"group", check.group},
                        {"title", check.title},
                        {"severity", name_of(check.severity)},
                        {"level", name_of(check.level)},
                        {"profile", name_of(check.profile)},
                        {"waivable", is_waivable(check)},
                        {"remedy", check.remedy},
                        {"map", check.map},
                        {"why", check.why}});
    return Json{{"schema", "harden.checks/1"}, {"checks", std::move(rows)}}.dump(2) + "\n";
}

}
