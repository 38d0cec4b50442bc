#include "daemonjson/key_table.h"

#include "base/shipped.h"

#include <algorithm>
#include <limits>

namespace harden {

static constexpr std::pair<std::string_view, KeyType> type_names[] = {
    {"boolean", KeyType::Boolean}, {"integer", KeyType::Integer},     {"size", KeyType::Size},
    {"text", KeyType::Text},       {"texts", KeyType::Texts},         {"address", KeyType::Address},
    {"network", KeyType::Network}, {"addresses", KeyType::Addresses}, {"path", KeyType::File},
    {"list", KeyType::List},       {"object", KeyType::Object},
};

const KeyRule* KeyTable::find(std::string_view name) const
{
    const auto found = std::ranges::find(keys, name, &KeyRule::name);
    return found == keys.end() ? nullptr : &*found;
}

const KeyRule* KeyTable::find_flag(std::string_view flag) const
{
    const auto found = std::ranges::find(keys, flag, &KeyRule::flag);
    return found == keys.end() ? find(flag) : &*found;
}

static Result<std::optional<DockerVersion>> version_at(TableReader& table, std::string_view key)
{
    const auto text = TRY(table.text_or(key, ""));
    if (text.empty())
        return std::optional<DockerVersion>{};
    const auto version = docker_version(text);
    if (!version)
        return table.error_at(key, cat("\"", text, "\" is not a version of Docker"));
    return version;
}

static Result<DockerVersions> versions_of(TableReader& table)
{
    DockerVersions versions;
    versions.since = TRY(version_at(table, "since"));
    versions.until = TRY(version_at(table, "until"));
    return versions;
}

static Result<KeyType> type_of(TableReader& table)
{
    std::vector<std::string> names;
    for (const auto& [name, type] : type_names)
        names.emplace_back(name);
    const auto wanted = TRY(table.one_of("type", names));
    return std::ranges::find(type_names, wanted, [](const auto& row) { return row.first; })->second;
}

static Result<KeyRule> key_rule(const std::string& name, TableReader table)
{
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    KeyRule rule{.name = name};
    rule.type = TRY(type_of(table));
    rule.values = TRY(table.texts("values"));
    rule.any_case = TRY(table.boolean_or("any-case", false));
    rule.least = table.has("least") ? TRY(table.integer("least", -most, most)) : -most;
    rule.most = table.has("most") ? TRY(table.integer("most", -most, most)) : most;
    rule.versions = TRY(versions_of(table));
    rule.is_reloadable = TRY(table.boolean_or("reloadable", false));
    rule.is_tolerated = TRY(table.boolean_or("tolerated", false));
    rule.rejected = TRY(table.text_or("rejected", ""));
    rule.flag = TRY(table.text_or("flag", name));
    rule.fields = TRY(table.texts("fields"));
    TRY(table.finish());
    return rule;
}

static Result<LogDriver> log_driver(const std::string& name, TableReader table)
{
    LogDriver driver{.name = name};
    driver.options = TRY(table.texts("options"));
    driver.required = TRY(table.texts("required"));
    driver.versions = TRY(versions_of(table));
    TRY(table.finish());
    return driver;
}

static Result<LogOption> log_option(const std::string& name, TableReader table)
{
    LogOption option{.name = name};
    option.kind =
        TRY(table.one_of("kind", {"any", "boolean", "size", "count", "integer", "duration",
                                  "pattern", "template", "url", "endpoint", "choice"}));
    option.values = TRY(table.texts("values"));
    option.versions = TRY(versions_of(table));
    TRY(table.finish());
    return option;
}

static Result<StorageDriver> storage_driver(const std::string& name, TableReader table)
{
    StorageDriver driver{.name = name};
    driver.options = TRY(table.texts("options"));
    driver.versions = TRY(versions_of(table));
    TRY(table.finish());
    return driver;
}

// "icc = false" as one text, so that a condition needs no types of TOML.
static Result<KeyConflict::Condition> condition(const TableReader& table, const std::string& text)
{
    const auto equals = text.find(" = ");
    if (equals == std::string::npos)
        return table.error_at("when", cat("\"", text, "\" is not KEY = VALUE"));
    return KeyConflict::Condition{text.substr(0, equals), text.substr(equals + 3)};
}

static Result<KeyConflict> conflict(TableReader table)
{
    KeyConflict rule;
    for (const auto& text : TRY(table.texts("when")))
        rule.when.push_back(TRY(condition(table, text)));
    rule.why = TRY(table.text("why"));
    rule.hint = TRY(table.text_or("hint", ""));
    rule.versions = TRY(versions_of(table));
    TRY(table.finish());
    return rule;
}

Result<KeyTable> key_table(const Setting& document)
{
    TableReader reader{document, ""};
    TRY(reader.integer("version", 1, 1));
    KeyTable table;
    for (const auto& [name, entry] : TRY(reader.tables("keys")))
        table.keys.push_back(TRY(key_rule(name, entry)));
    for (const auto& [name, entry] : TRY(reader.tables("log-drivers")))
        table.log_drivers.push_back(TRY(log_driver(name, entry)));
    for (const auto& [name, entry] : TRY(reader.tables("log-options")))
        table.log_options.push_back(TRY(log_option(name, entry)));
    for (const auto& [name, entry] : TRY(reader.tables("storage-drivers")))
        table.storage_drivers.push_back(TRY(storage_driver(name, entry)));
    table.common_log_options = TRY(reader.texts("common-log-options"));
    table.ulimits = TRY(reader.texts("ulimits"));
    for (const auto& entry : TRY(reader.array("conflicts")))
        table.conflicts.push_back(TRY(conflict(TableReader{entry, "conflicts"})));
    TRY(reader.finish());
    return table;
}

Result<Setting> key_settings(const Host& host)
{
    constexpr auto name = "daemonjson/keys.toml";
    auto settings = TRY(parse_toml(shipped(name), name));
    const auto site = host.read(site_key_file);
    if (site.is_absent())
        return settings;
    if (!site)
        return site.error();
    return layered(std::move(settings), TRY(parse_toml(*site, site_key_file)));
}

}
