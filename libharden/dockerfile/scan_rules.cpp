#include "dockerfile/scan_rules.h"

#include "base/shipped.h"
#include "node/site_settings.h"

#include <algorithm>

namespace harden {

namespace {

constexpr std::array<std::string_view, scan_role_count> role_names = {
    "starts", "runs",    "installs", "fetches",   "files",
    "image",  "exposes", "settings", "arguments", "mentions"};
constexpr int most_points = 1000;

Result<> read_points(TableReader& rule_table, ScanRule& rule)
{
    auto table = TRY(rule_table.table("points"));
    for (std::size_t i = 0; i < scan_role_count; ++i)
        if (table.has(role_names[i]))
            rule.points[i] = static_cast<int>(TRY(table.integer(role_names[i], 0, most_points)));
    return table.finish();
}

Result<int> points_or_none(TableReader& table, std::string_view key)
{
    if (!table.has(key))
        return 0;
    return static_cast<int>(TRY(table.integer(key, 0, most_points)));
}

Result<ScanVerdict> worst_of(TableReader& table)
{
    if (!table.has("most"))
        return ScanVerdict::Reject;
    return TRY(table.one_of("most", {"review", "reject"})) == "review" ? ScanVerdict::Review
                                                                       : ScanVerdict::Reject;
}

Result<> read_words(TableReader& table, ScanRule& rule)
{
    rule.anywhere = TRY(table.texts("anywhere"));
    rule.names = TRY(table.texts("names"));
    rule.ports = TRY(table.texts("ports"));
    rule.pattern = TRY(table.text_or("pattern", ""));
    rule.kind = TRY(table.text_or("kind", ""));
    rule.finds_wallets = TRY(table.boolean_or("wallets", false));
    rule.unless = TRY(table.texts("unless"));
    rule.good = TRY(table.texts("good"));
    rule.bad = TRY(table.texts("bad"));
    const auto is_short = [](const std::string& word) { return word.size() < 2; };
    for (const auto* key : {"anywhere", "names", "unless"}) {
        const auto words = TRY(table.texts(key));
        if (std::any_of(words.begin(), words.end(), is_short))
            return table.error_at(key, "a word of one letter would be found everywhere");
    }
    return done;
}

Result<ScanRule> read_rule(const std::string& id, TableReader& table)
{
    ScanRule rule{.id = id};
    rule.category = TRY(table.text("category"));
    rule.what = TRY(table.text("what"));
    rule.remedy = TRY(table.text_or("remedy", ""));
    rule.origin = to_text(table.origin_of("category"));
    rule.most = TRY(worst_of(table));
    rule.alone = TRY(points_or_none(table, "alone"));
    rule.excused = TRY(points_or_none(table, "excused"));
    rule.is_seed_port = TRY(table.boolean_or("is_seed_port", false));
    TRY(read_words(table, rule));
    TRY(read_points(table, rule));
    TRY(table.finish());
    return rule;
}

Result<> read_limits(TableReader& document, ScanRules& rules)
{
    auto verdict = TRY(document.table("verdict"));
    rules.reject_from = static_cast<int>(TRY(verdict.integer("reject_from", 1, most_points)));
    rules.review_from = static_cast<int>(TRY(verdict.integer("review_from", 1, most_points)));
    rules.few_packages = static_cast<int>(TRY(verdict.integer("few_packages", 0, most_points)));
    rules.strict_ports = TRY(verdict.boolean_or("strict_ports", false));
    if (rules.review_from > rules.reject_from)
        return verdict.error_at("review_from", "it may not be above reject_from");
    TRY(verdict.finish());
    auto words = TRY(document.table("words"));
    const auto usual = TRY(words.texts("usual_packages"));
    rules.usual_packages = {usual.begin(), usual.end()};
    rules.excuses = TRY(words.texts("excuses"));
    rules.trusted_scripts = TRY(words.texts("trusted_scripts"));
    return words.finish();
}

void add_targets(ScanRules& rules, std::size_t index)
{
    using Kind = ScanRules::Target::Kind;
    const auto& rule = rules.rules[index];
    const auto add = [&](std::string_view word, Kind kind) {
        const auto has_tail = word.ends_with('*');
        word.remove_suffix(has_tail ? 1 : 0);
        rules.targets.push_back({index, std::string{word}, kind, has_tail});
    };
    for (const auto& word : rule.anywhere)
        add(word, Kind::Anywhere);
    for (const auto& word : rule.names)
        add(word, Kind::Name);
    for (const auto& word : rule.unless)
        add(word, Kind::Excuse);
}

Result<> make_patterns(ScanRules& rules)
{
    for (std::size_t i = 0; i < rules.rules.size(); ++i)
        if (const auto& rule = rules.rules[i]; !rule.pattern.empty())
            TRY(rules.patterns.add(rule.pattern, i)
                    .during(cat(rule.origin, ": pattern of ", rule.id)));
    return done;
}

void make_search(ScanRules& rules)
{
    for (std::size_t i = 0; i < rules.rules.size(); ++i)
        add_targets(rules, i);
    std::vector<std::string> words;
    for (const auto& target : rules.targets)
        words.push_back(target.word);
    rules.search.emplace(words);
}

}

std::string_view name_of(ScanRole role)
{
    return role_names[static_cast<std::size_t>(role)];
}

std::string_view told_role(ScanRole role)
{
    static constexpr std::array<std::string_view, scan_role_count> told = {
        "started by the container",
        "run while it is built",
        "installed",
        "fetched",
        "among its files",
        "in an image that it is built from",
        "exposed",
        "in a setting",
        "given to a program",
        "mentioned"};
    return told[static_cast<std::size_t>(role)];
}

const ScanRule* ScanRules::of_kind(std::string_view kind) const
{
    const auto found = std::find_if(rules.begin(), rules.end(),
                                    [&](const ScanRule& rule) { return rule.kind == kind; });
    return found == rules.end() ? nullptr : &*found;
}

Result<Setting> scan_settings(const Host& host)
{
    return site_settings(host, "rules/scan.toml", site_scan_rules);
}

Result<ScanRules> scan_rules_from(const Setting& document)
{
    TableReader reader{document, ""};
    TRY(reader.integer("version", 1, 1));
    ScanRules rules;
    TRY(read_limits(reader, rules));
    auto tables = TRY(reader.tables("rules"));
    for (auto& [id, table] : tables) {
        auto rule = TRY(read_rule(id, table));
        rules.rules.push_back(std::move(rule));
    }
    TRY(reader.finish());
    TRY(make_patterns(rules));
    make_search(rules);
    return rules;
}

Result<ScanRules> scan_rules(const Host& host)
{
    return scan_rules_from(TRY(scan_settings(host)));
}

}
