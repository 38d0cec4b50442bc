#include "ssh/drop_in.h"

#include <algorithm>

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

Result<std::vector<SshWanted>> wanted_settings(const SshPolicy& policy,
                                               const SshdSettings& without_ours)
{
    std::vector<SshWanted> wanted;
    for (const auto& rule : policy.rules) {
        if (!without_ours.has(rule.name))
            continue;
        const auto actual = canonical_sshd_value(TRY(without_ours.get(rule.name)));
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
        const auto value = actual.get(setting.name);
        const auto from = value ? *value : std::string{};
        if (canonical_sshd_value(from) != canonical_sshd_value(setting.value))
            changes.push_back({setting.name, from, setting.value});
    }
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

Result<> admits_keys(const SshdSettings& settings)
{
    const auto methods = settings.get("authenticationmethods");
    if (!methods || *methods == "any")
        return done;
    for (const auto list : split(*methods, ' ')) {
        const auto names = split(list, ',');
        if (std::ranges::all_of(names, [&](auto name) { return is_enabled(name, settings); }))
            return done;
    }
    return Error{ErrorKind::Unsupported,
                 cat("AuthenticationMethods ", *methods, " would let nobody log in any more"),
                 cat("let publickey alone be enough, or keep the other method in ", site_ssh_policy,
                     " under [settings]")};
}

}
