#include "daemonjson/document.h"

#include "base/shipped.h"
#include "base/text.h"
#include "daemonjson/validate.h"

#include <algorithm>

namespace harden {

JsonValue shipped_document(DaemonProfile profile)
{
    const auto text = shipped(profile == DaemonProfile::Full ? "daemonjson/production.json"
                                                             : "daemonjson/baseline.json");
    return *json_document(text).root;
}

Result<JsonValue> site_document(std::string_view text, const KeyTable& table)
{
    auto judged = validate(text, table, {});
    for (const auto& complaint : judged.complaints)
        if (complaint.weight == Weight::Error)
            return Error{ErrorKind::Malformed, headline(complaint, "document", text),
                         complaint.hint};
    return std::move(*judged.root);
}

JsonValue without_keys(JsonValue wanted, const std::vector<std::string>& kept)
{
    std::erase_if(wanted.members, [&](const JsonMember& member) {
        return std::ranges::find(kept, member.key) != kept.end();
    });
    return wanted;
}

static std::string without_exclusive(std::string text, const JsonValue& wanted)
{
    const auto* runtimes = wanted.find("runtimes");
    if (runtimes == nullptr)
        return text;
    for (const auto& runtime : runtimes->members)
        if (runtime.value.find("path") != nullptr)
            for (const auto* other : {"runtimeType", "options"})
                text = without(std::move(text), {"runtimes", runtime.key, other});
    return text;
}

static std::string without_unfit_options(std::string text, const JsonValue& wanted,
                                         const KeyTable& table)
{
    const auto* name = wanted.find("log-driver");
    const auto parsed = json_document(text);
    if (name == nullptr || !parsed.root)
        return text;
    const auto* options = parsed.root->find("log-opts");
    const auto driver = std::ranges::find(table.log_drivers, name->text, &LogDriver::name);
    const auto* before = parsed.root->find("log-driver");
    const bool is_another = before != nullptr && !same(*before, *name);
    if (options == nullptr || driver == table.log_drivers.end() || !is_another)
        return text;
    const auto knows = [](const auto& list, const std::string& key) {
        return std::ranges::find(list, key) != list.end();
    };
    for (const auto& option : options->members)
        if (!knows(driver->options, option.key) && !knows(table.common_log_options, option.key))
            text = without(std::move(text), {"log-opts", option.key});
    return text;
}

std::string with_document(std::string text, const JsonValue& wanted, const KeyTable& table)
{
    if (trim(text).empty())
        text = "{}\n";
    text = without_exclusive(std::move(text), wanted);
    text = without_unfit_options(std::move(text), wanted, table);
    return merged(std::move(text), wanted);
}

static void compare(const JsonValue& from, const JsonValue& to, const JsonPath& above,
                    std::vector<KeyChange>& changes)
{
    const auto below = [&](const std::string& key) {
        auto path = above;
        path.push_back(key);
        return path;
    };
    for (const auto& member : to.members) {
        const auto* before = from.find(member.key);
        if (before == nullptr)
            changes.push_back({below(member.key), "", compact(member.value)});
        else if (before->type == JsonType::Object && member.value.type == JsonType::Object)
            compare(*before, member.value, below(member.key), changes);
        else if (!same(*before, member.value))
            changes.push_back({below(member.key), compact(*before), compact(member.value)});
    }
    for (const auto& member : from.members)
        if (to.find(member.key) == nullptr)
            changes.push_back({below(member.key), compact(member.value), ""});
}

std::vector<KeyChange> differences(const JsonValue& from, const JsonValue& to)
{
    std::vector<KeyChange> changes;
    compare(from, to, {}, changes);
    return changes;
}

std::vector<std::string> restart_keys(const std::vector<KeyChange>& changes, const KeyTable& table)
{
    std::vector<std::string> keys;
    for (const auto& change : changes) {
        const auto& key = change.path.front();
        const auto* rule = table.find(key);
        const bool is_new = std::ranges::find(keys, key) == keys.end();
        if (is_new && (rule == nullptr || !rule->is_reloadable))
            keys.push_back(key);
    }
    return keys;
}

Changes to_changes(const std::vector<KeyChange>& changes)
{
    Changes listed;
    for (const auto& change : changes)
        listed.push_back({escaped(to_text(change.path)), escaped(change.from), escaped(change.to)});
    return listed;
}

}
