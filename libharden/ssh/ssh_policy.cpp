#include "ssh/ssh_policy.h"

#include "node/site_settings.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace harden {

static constexpr auto shipped_policy = "rules/ssh.toml";

Result<Setting> ssh_settings(const Host& host)
{
    return site_settings(host, shipped_policy, site_ssh_policy);
}

// What goes into sshd_config as it stands: a line break in it would be another setting.
static bool is_one_word(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](unsigned char letter) {
        return std::isgraph(letter) != 0 && letter != '"' && letter != '#';
    });
}

static Result<std::string> value_in(TableReader& table)
{
    auto text = TRY(table.text("value"));
    if (!std::ranges::all_of(split(text, ' '), is_one_word))
        return table.error_at("value", "must be one word of sshd_config, or words between blanks");
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
        rule.value = TRY(value_in(table));
    rule.stricter = TRY(table.texts("stricter"));
    rule.spare_keys = TRY(table.boolean_or("spare_keys", false));
    TRY(table.finish());
    return rule;
}

static constexpr std::array algorithm_lists{"KexAlgorithms", "Ciphers", "MACs"};

// What a later layer names replaces what an earlier one says.
static Result<> add_algorithms(TableReader& within, SshPolicy& policy)
{
    if (!within.has("algorithms"))
        return done;
    auto table = TRY(within.table("algorithms"));
    for (const auto* name : algorithm_lists) {
        SshAlgorithms list{name, TRY(table.texts(name))};
        for (const auto& algorithm : list.preferred)
            if (!is_one_word(algorithm) || algorithm.find(',') != std::string::npos)
                return table.error_at(name, "an algorithm is one word");
        if (list.preferred.empty())
            continue;
        const auto same = std::ranges::find(policy.algorithms, list.name, &SshAlgorithms::name);
        if (same == policy.algorithms.end())
            policy.algorithms.push_back(std::move(list));
        else
            *same = std::move(list);
    }
    return table.finish();
}

static Result<> add_rules(TableReader& within, SshPolicy& policy)
{
    for (auto& [name, table] : TRY(within.tables("settings"))) {
        if (!is_one_word(name))
            return within.error_at("settings", cat("not a setting of sshd: ", escaped(name)));
        auto rule = TRY(rule_from(name, table));
        const auto same = std::ranges::find(policy.rules, rule.name, &SshRule::name);
        if (same == policy.rules.end())
            policy.rules.push_back(std::move(rule));
        else
            *same = std::move(rule);
    }
    return done;
}

// All profiles are read, so that an error in one that is not used now is told too.
static Result<> add_profile(TableReader& document, SshPolicy& policy)
{
    std::vector<std::string> names;
    SshPolicy chosen;
    for (auto& [name, table] : TRY(document.tables("profiles"))) {
        SshPolicy one;
        TRY(add_rules(table, one));
        TRY(add_algorithms(table, one));
        TRY(table.finish());
        if (name == policy.profile)
            chosen = std::move(one);
        names.push_back(name);
    }
    if (!policy.profile.empty() && std::ranges::find(names, policy.profile) == names.end())
        return Error{ErrorKind::Malformed, cat("no profile is called ", escaped(policy.profile)),
                     cat("profiles: ", join(names, ", "))};
    policy.rules = std::move(chosen.rules);
    policy.algorithms = std::move(chosen.algorithms);
    return done;
}

Result<SshPolicy> ssh_policy_from(const Setting& document, const std::string& profile)
{
    TableReader reader{document, ""};
    SshPolicy policy;
    TRY(reader.integer("version", 1, 1));
    policy.confirm_within = std::chrono::seconds{
        TRY(reader.integer("confirm_within", shortest_confirmation, longest_confirmation))};
    if (TRY(reader.one_of("match_blocks", {"refuse", "keep"})) == "keep")
        policy.match_blocks = MatchBlocks::Keep;
    policy.known_keys = TRY(reader.text_or("known_keys", ""));
    policy.profile = TRY(reader.text_or("profile", ""));
    if (!profile.empty())
        policy.profile = profile;
    TRY(add_profile(reader, policy));
    TRY(add_rules(reader, policy));
    TRY(add_algorithms(reader, policy));
    TRY(reader.finish());
    return policy;
}

}
