#include "checks/host_rules.h"

#include "base/time.h"
#include "node/site_settings.h"

#include <algorithm>

namespace harden {

static constexpr auto shipped_rules = "rules/host.toml";

static Combine combine_named(std::string_view name)
{
    if (name == "larger")
        return Combine::Larger;
    if (name == "smaller")
        return Combine::Smaller;
    return name == "redirects" ? Combine::Redirects : Combine::Own;
}

static Result<std::optional<std::int64_t>> bound_in(TableReader& table, std::string_view key)
{
    if (!table.has(key))
        return std::optional<std::int64_t>{};
    return std::optional{TRY(table.integer(key, -1, INT32_MAX))};
}

static Result<SysctlRule> read_setting(const std::string& key, TableReader table)
{
    SysctlRule rule{.key = key,
                    .check = TRY(table.text("check")),
                    .least = TRY(bound_in(table, "least")),
                    .most = TRY(bound_in(table, "most")),
                    .is_safe_absent = TRY(table.one_of("absent", {"safe", "unsafe"})) == "safe"};
    if (table.has("combine"))
        rule.combine =
            combine_named(TRY(table.one_of("combine", {"own", "larger", "smaller", "redirects"})));
    if (!rule.least && !rule.most)
        return table.error_at("check", "asks for no value: give least, most or both");
    if (std::ranges::count(key, '*') > 1 || key.find("..") != std::string::npos ||
        key.find('/') != std::string::npos)
        return table.error_at("check", "belongs to no name of a kernel setting");
    TRY(table.finish());
    return rule;
}

static Result<> read_modules(TableReader table, HostRules& rules)
{
    rules.needless_modules = TRY(table.texts("needless"));
    rules.needed_modules = TRY(table.texts("needed"));
    rules.escape_modules = TRY(table.texts("escapes"));
    return table.finish();
}

static Result<> read_time(TableReader table, HostRules& rules)
{
    rules.time_services = TRY(table.texts("services"));
    rules.synchronised_within =
        std::chrono::hours{TRY(table.integer("synchronised_within_hours", 1, 720))};
    rules.time_offset = TRY(table.number("offset_seconds", 0.001, 3600));
    return table.finish();
}

static Result<> read_storage(TableReader table, HostRules& rules)
{
    rules.free_percent = static_cast<int>(TRY(table.integer("free_percent", 1, 99)));
    rules.temporary = TRY(table.texts("temporary"));
    rules.temporary_options = TRY(table.texts("temporary_options"));
    return table.finish();
}

static Result<> read_access(TableReader& reader, HostRules& rules)
{
    auto access = TRY(reader.table("access"));
    rules.privileged_users = TRY(access.texts("privileged_users"));
    rules.root_groups = TRY(access.texts("root_groups"));
    TRY(access.finish());
    auto owned = TRY(reader.table("root_owned"));
    rules.root_owned = TRY(owned.texts("directories"));
    TRY(owned.finish());
    auto files = TRY(reader.table("privileged_files"));
    rules.privileged_places = TRY(files.texts("directories"));
    rules.privileged_files = TRY(files.texts("known"));
    return files.finish();
}

template<class Read>
static auto only_in(TableReader& reader, std::string_view name, Read read)
    -> decltype(read(std::declval<TableReader&>()))
{
    auto table = TRY(reader.table(name));
    auto value = TRY(read(table));
    TRY(table.finish());
    return value;
}

static Result<> read_supported(TableReader& reader, HostRules& rules)
{
    for (auto& [system, table] : TRY(reader.tables("supported"))) {
        const auto text = TRY(table.text("until"));
        const auto time = from_rfc3339(cat(text, "T00:00:00Z"));
        if (!time)
            return table.error_at("until", cat("is \"", escaped(text, 40), "\", not a day"));
        rules.supported[system] = std::chrono::floor<std::chrono::days>(*time);
        TRY(table.finish());
    }
    return done;
}

static auto days_of(std::string_view key)
{
    return [key](TableReader& table) -> Result<std::chrono::days> {
        return std::chrono::days{TRY(table.integer(key, 1, 3650))};
    };
}

static auto texts_of(std::string_view key)
{
    return [key](TableReader& table) { return table.texts(key); };
}

Result<HostRules> host_rules_from(const Setting& document)
{
    TableReader reader{document, ""};
    TRY(reader.integer("version", 1, 1));
    HostRules rules;
    for (auto& [key, table] : TRY(reader.tables("settings")))
        rules.settings.push_back(TRY(read_setting(key, table)));
    TRY(read_modules(TRY(reader.table("modules")), rules));
    rules.threads_accepted = TRY(only_in(reader, "cpu", [](TableReader& table) {
                                 return table.one_of("threads", {"undecided", "accepted"});
                             })) == "accepted";
    rules.reboot_within = TRY(only_in(reader, "reboot", days_of("within_days")));
    rules.updates_within = TRY(only_in(reader, "updates", days_of("within_days")));
    TRY(read_time(TRY(reader.table("time")), rules));
    rules.audited = TRY(only_in(reader, "audit", texts_of("watched")));
    TRY(read_storage(TRY(reader.table("storage")), rules));
    TRY(read_access(reader, rules));
    rules.needless_services = TRY(only_in(reader, "services", texts_of("needless")));
    TRY(read_supported(reader, rules));
    TRY(reader.finish());
    return rules;
}

Result<Setting> host_settings(const Host& host)
{
    return site_settings(host, shipped_rules, site_host_rules);
}

Result<HostRules> host_rules(const Facts& facts)
{
    return host_rules_from(TRY(host_settings(facts.host())));
}

}
