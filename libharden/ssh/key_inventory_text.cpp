#include "ssh/key_inventory.h"

#include <nlohmann/json.hpp>

namespace harden {

static std::string whose(const std::string& account)
{
    return account.empty() ? "everybody" : escaped(account, 64);
}

// Options without what they hold: a command may be long, and secret.
static std::string names_of(const std::vector<std::string>& options)
{
    std::vector<std::string> names;
    for (const auto& option : options)
        names.push_back(option.starts_with("from=") || option.starts_with("expiry-time=")
                            ? escaped(option, 80)
                            : escaped(option.substr(0, option.find('=')), 40));
    return join(names, ",");
}

static std::string line_of(const InventoryKey& key)
{
    auto line = cat(whose(key.account), "  ", escaped(key.place), "  ", escaped(key.type, 60), " ",
                    std::to_string(key.bits), "  ", key.fingerprint);
    if (key.is_authority)
        line += "  authority";
    if (!key.options.empty())
        line += cat("  [", names_of(key.options), "]");
    if (!key.comment.empty())
        line += cat("  ", escaped(key.comment, 80));
    for (const auto& problem : key.problems)
        line += cat("\n    ", escaped(problem));
    return line + "\n";
}

std::string render_text(const KeyInventory& inventory)
{
    std::string text;
    for (const auto& key : inventory.keys)
        text += line_of(key);
    for (const auto& source : inventory.sources)
        text += cat(whose(source.account), "  ", source.setting, " ", escaped(source.value), "\n");
    for (const auto& problem : inventory.file_problems)
        text += cat(problem, "\n");
    for (const auto& file : inventory.unread)
        text += cat("could not be read: ", escaped(file), "\n");
    return text.empty() ? "no key lets anybody in\n" : text;
}

// Foreign bytes that are no UTF-8 must not break the document.
static std::string valid(const std::string& foreign)
{
    return escaped(foreign, 4096);
}

static nlohmann::ordered_json all_of(const std::vector<std::string>& texts)
{
    auto array = nlohmann::ordered_json::array();
    for (const auto& text : texts)
        array.push_back(valid(text));
    return array;
}

std::string render_json(const KeyInventory& inventory)
{
    nlohmann::ordered_json document{{"schema", "harden.ssh-keys/1"},
                                    {"keys", nlohmann::ordered_json::array()},
                                    {"sources", nlohmann::ordered_json::array()}};
    for (const auto& key : inventory.keys)
        document["keys"].push_back({{"account", valid(key.account)},
                                    {"place", valid(key.place)},
                                    {"type", valid(key.type)},
                                    {"bits", key.bits},
                                    {"fingerprint", key.fingerprint},
                                    {"comment", valid(key.comment)},
                                    {"options", all_of(key.options)},
                                    {"authority", key.is_authority},
                                    {"problems", all_of(key.problems)}});
    for (const auto& source : inventory.sources)
        document["sources"].push_back({{"account", valid(source.account)},
                                       {"setting", source.setting},
                                       {"value", valid(source.value)}});
    document["file_problems"] = all_of(inventory.file_problems);
    document["unread"] = all_of(inventory.unread);
    return document.dump(2) + "\n";
}

}
