#include "daemonjson/schema.h"

#include "base/text.h"
#include "daemonjson/json_document.h"

#include <limits>

namespace harden {

static std::string_view form_of(KeyType type)
{
    switch (type) {
    case KeyType::Boolean:
        return R"("type": "boolean")";
    case KeyType::Integer:
        return R"("type": "integer")";
    case KeyType::Texts:
    case KeyType::Addresses:
        return R"("type": "array", "items": {"type": "string"})";
    case KeyType::List:
        return R"("type": "array")";
    case KeyType::Object:
        return R"("type": "object")";
    case KeyType::Size:
    case KeyType::Text:
    case KeyType::Address:
    case KeyType::Network:
    case KeyType::File:
        return R"("type": "string")";
    }
    return {};
}

static std::string described(const KeyRule& rule)
{
    std::vector<std::string> parts;
    if (rule.versions.since)
        parts.push_back(cat("Docker ", to_text(*rule.versions.since), " and newer"));
    if (rule.versions.until)
        parts.push_back(cat("up to Docker ", to_text(*rule.versions.until)));
    parts.emplace_back(rule.is_reloadable ? "taken by a reload" : "needs a restart");
    return join(parts, "; ");
}

static std::string quoted(const std::vector<std::string>& values)
{
    std::vector<std::string> all;
    for (const auto& value : values)
        all.push_back(json_string(value));
    return join(all, ", ");
}

static std::string property(const KeyRule& rule)
{
    using Limits = std::numeric_limits<std::int64_t>;
    std::string text{form_of(rule.type)};
    if (!rule.values.empty() && !rule.any_case)
        text += cat(R"(, "enum": [)", quoted(rule.values), "]");
    if (rule.least > -Limits::max())
        text += cat(R"(, "minimum": )", std::to_string(rule.least));
    if (rule.most < Limits::max())
        text += cat(R"(, "maximum": )", std::to_string(rule.most));
    return cat("    ", json_string(rule.name), ": {", text, R"(, "description": )",
               json_string(described(rule)), "}");
}

static bool is_of(const KeyRule& rule, const std::optional<DockerVersion>& version)
{
    const auto& [since, until] = rule.versions;
    return rule.rejected.empty() &&
           (!version || ((!since || *version >= *since) && (!until || *version <= *until)));
}

std::string json_schema(const KeyTable& table, const std::optional<DockerVersion>& version)
{
    std::vector<std::string> properties;
    for (const auto& rule : table.keys)
        if (is_of(rule, version))
            properties.push_back(property(rule));
    return cat(R"({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "title": "Docker's daemon.json",
  "fileMatch": ["daemon.json"],
  "type": "object",
  "additionalProperties": false,
  "properties": {
)",
               join(properties, ",\n"), "\n  }\n}\n");
}

}
