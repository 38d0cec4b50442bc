#include "ssh/ssh_policy.h"

#include "base/shipped.h"

#include <algorithm>
#include <cctype>

namespace harden {

static constexpr auto shipped_policy = "rules/ssh.toml";

Result<Setting> ssh_settings(const Host& host)
{
    auto settings = TRY(parse_toml(shipped(shipped_policy), shipped_policy));
    const auto text = host.read(site_ssh_policy);
    if (text.is_absent())
        return settings;
    if (!text)
        return text.error();
    auto site = TRY(parse_toml(*text, site_ssh_policy));
    TRY(TableReader(site, "").integer("version", 1, 1));
    return layered(std::move(settings), std::move(site));
}

// What goes into sshd_config as it stands: a blank or a line break in it would be another setting.
static bool is_one_word(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](unsigned char letter) {
        return std::isgraph(letter) != 0 && letter != '"' && letter != '#';
    });
}

static Result<std::string> word(TableReader& table, std::string_view key, std::string text)
{
    if (!is_one_word(text))
        return table.error_at(key, "must be one word of sshd_config");
    return text;
}

static Result<SshRule> rule_from(const std::string& name, TableReader& table)
{
    SshRule rule{.name = name};
    if (table.has("least") || table.has("most")) {
        const auto least = TRY(table.integer("least", 0, 1'000'000));
        rule.range = NumberRange{least, TRY(table.integer("most", least, 1'000'000))};
        rule.value = std::to_string(rule.range->most);
    }
    if (!rule.range || table.has("value"))
        rule.value = TRY(word(table, "value", TRY(table.text("value"))));
    rule.stricter = TRY(table.texts("stricter"));
    TRY(table.finish());
    return rule;
}

static Result<std::vector<SshAlgorithms>> algorithms_from(TableReader& document)
{
    std::vector<SshAlgorithms> all;
    if (!document.has("algorithms"))
        return all;
    auto table = TRY(document.table("algorithms"));
    for (const auto* name : {"KexAlgorithms", "Ciphers", "MACs"}) {
        SshAlgorithms list{name, TRY(table.texts(name))};
        for (const auto& algorithm : list.preferred)
            if (!is_one_word(algorithm) || algorithm.find(',') != std::string::npos)
                return table.error_at(name, "an algorithm is one word");
        if (!list.preferred.empty())
            all.push_back(std::move(list));
    }
    TRY(table.finish());
    return all;
}

Result<SshPolicy> ssh_policy_from(const Setting& document)
{
    TableReader reader{document, ""};
    SshPolicy policy;
    TRY(reader.integer("version", 1, 1));
    policy.confirm_within = std::chrono::seconds{
        TRY(reader.integer("confirm_within", shortest_confirmation, longest_confirmation))};
    if (TRY(reader.one_of("match_blocks", {"refuse", "keep"})) == "keep")
        policy.match_blocks = MatchBlocks::Keep;
    for (auto& [name, table] : TRY(reader.tables("settings"))) {
        if (!is_one_word(name))
            return reader.error_at("settings", cat("not a setting of sshd: ", escaped(name)));
        policy.rules.push_back(TRY(rule_from(name, table)));
    }
    policy.algorithms = TRY(algorithms_from(reader));
    TRY(reader.finish());
    return policy;
}

}
