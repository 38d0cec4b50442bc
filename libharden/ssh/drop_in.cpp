#include "ssh/drop_in.h"

#include <algorithm>
#include <array>

namespace harden {

static bool is_stricter(const SshRule& rule, const std::string& actual)
{
    if (const auto number = to_number(actual); rule.range && number)
        return rule.range->least <= *number && *number <= rule.range->most;
    return std::ranges::any_of(rule.stricter, [&](const std::string& value) {
        return canonical_sshd_value(value) == actual;
    });
}

static std::vector<std::string> offered(const std::string& list)
{
    std::vector<std::string> names;
    for (const auto name : split(list, ','))
        names.emplace_back(trim(name));
    return names;
}

static Result<std::string> chosen(const SshAlgorithms& algorithms, const std::string& list)
{
    const auto known = offered(list);
    std::vector<std::string> kept;
    for (const auto& name : algorithms.preferred)
        if (std::ranges::find(known, name) != known.end())
            kept.push_back(name);
    if (kept.empty())
        return Error{ErrorKind::Unsupported,
                     cat(algorithms.name, ": sshd offers none of the wanted ones, only ", list),
                     cat("name those to keep in ", site_ssh_policy, " under [algorithms]")};
    return join(kept, ",");
}

// sshd -T is silent about these where they are not set.
static bool is_known(const std::string& name, const SshdSettings& settings)
{
    constexpr std::array lists{"allowusers", "denyusers", "allowgroups", "denygroups"};
    return settings.has(name) || std::ranges::any_of(lists, [&](std::string_view list) {
               return std::ranges::equal(name, list, [](char a, char b) { return (a | 32) == b; });
           });
}

std::vector<std::string> left_out(const SshPolicy& policy, const SshdSettings& without_ours)
{
    std::vector<std::string> notes;
    for (const auto& rule : policy.rules)
        if (!is_known(rule.name, without_ours))
            notes.push_back(cat("left out: this sshd does not know ", rule.name));
    return notes;
}

Result<std::vector<SshWanted>> wanted_settings(const SshPolicy& policy,
                                               const SshdSettings& without_ours)
{
    std::vector<SshWanted> wanted;
    for (const auto& rule : policy.rules) {
        if (!is_known(rule.name, without_ours))
            continue;
        const auto actual = canonical_sshd_value(without_ours.joined(rule.name));
        wanted.push_back({rule.name, is_stricter(rule, actual) ? actual : rule.value});
    }
    for (const auto& algorithms : policy.algorithms)
        if (without_ours.has(algorithms.name))
            wanted.push_back(
                {algorithms.name, TRY(chosen(algorithms, TRY(without_ours.get(algorithms.name))))});
    return wanted;
}

std::string drop_in_text(const std::vector<SshWanted>& wanted)
{
    std::string text = "# Written by harden ssh-harden, which replaces it whole.\n"
                       "# What to set: /etc/harden/ssh.toml. Undo: harden ssh-harden rollback\n";
    for (const auto& setting : wanted)
        text += cat(setting.name, " ", setting.value, "\n");
    return text;
}

Changes differences(const std::vector<SshWanted>& wanted, const SshdSettings& actual)
{
    Changes changes;
    for (const auto& setting : wanted) {
        const auto from = actual.joined(setting.name);
        if (canonical_sshd_value(from) != canonical_sshd_value(setting.value))
            changes.push_back({setting.name, from, setting.value});
    }
    return changes;
}

Changes weaker(const SshPolicy& policy, const std::vector<SshWanted>& wanted,
               const SshdSettings& actual)
{
    auto changes = differences(wanted, actual);
    std::erase_if(changes, [&](const Change& change) {
        const auto rule = std::ranges::find(policy.rules, change.what, &SshRule::name);
        return rule != policy.rules.end() && is_stricter(*rule, canonical_sshd_value(change.from));
    });
    return changes;
}

static bool is_enabled(std::string_view method, const SshdSettings& settings)
{
    const auto name = split(method, ':').front();
    const auto setting = name == "publickey"              ? "pubkeyauthentication"
                         : name == "password"             ? "passwordauthentication"
                         : name == "keyboard-interactive" ? "kbdinteractiveauthentication"
                                                          : "";
    const auto value = settings.get(setting);
    return value && *value == "yes";
}

static bool is_satisfiable(std::string_view list, const SshdSettings& settings)
{
    return std::ranges::all_of(split(list, ','),
                               [&](auto method) { return is_enabled(method, settings); });
}

bool is_post_quantum_only(std::string_view key_exchanges)
{
    return std::ranges::all_of(split(key_exchanges, ','), [](std::string_view name) {
        return name.starts_with("mlkem") || name.starts_with("sntrup");
    });
}

int keys_needed(const SshdSettings& settings)
{
    const auto methods = settings.get("authenticationmethods");
    if (!methods || *methods == "any")
        return 1;
    std::ptrdiff_t fewest = -1;
    for (const auto list : split(*methods, ' ')) {
        const auto keys = std::ranges::count(split(list, ','), "publickey");
        if (is_satisfiable(list, settings) && keys > 0 && (fewest < 0 || keys < fewest))
            fewest = keys;
    }
    return fewest < 0 ? 1 : static_cast<int>(fewest);
}

Result<> admits_keys(const SshdSettings& settings)
{
    const auto methods = settings.get("authenticationmethods");
    if (!methods || *methods == "any")
        return done;
    for (const auto list : split(*methods, ' '))
        if (is_satisfiable(list, settings))
            return done;
    return Error{ErrorKind::Unsupported,
                 cat("AuthenticationMethods ", *methods, " would let nobody log in any more"),
                 cat("let publickey alone be enough, or keep the other method in ", site_ssh_policy,
                     " under [settings]")};
}

}
