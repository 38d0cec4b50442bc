#include "ssh/admission.h"

#include "ssh/patterns.h"

#include <algorithm>

namespace harden {

static bool names_user(const LoginQuestion& question, std::string_view setting)
{
    const auto& from = question.login.connection;
    return std::ranges::any_of(question.settings.all(setting), [&](const std::string& pattern) {
        return matches_user(question.account.name, from.host, from.address, pattern);
    });
}

static Result<bool> names_group(const Host& host, const LoginQuestion& question,
                                std::string_view setting)
{
    const auto patterns = question.settings.all(setting);
    if (patterns.empty())
        return false;
    const auto groups = TRY(all_groups(host));
    return std::ranges::any_of(groups, [&](const Group& group) {
        return is_member(question.account, group) &&
               std::ranges::any_of(patterns, [&](const std::string& pattern) {
                   return matches_pattern(group.name, pattern);
               });
    });
}

// In sshd's own order.
static Result<std::string> why_not_listed(const Host& host, const LoginQuestion& question)
{
    const auto& settings = question.settings;
    const auto quoted = [&](std::string_view name, std::string_view setting) {
        return cat(name, " ", escaped(settings.joined(setting)));
    };
    if (names_user(question, "denyusers"))
        return quoted("DenyUsers", "denyusers");
    if (settings.has("allowusers") && !names_user(question, "allowusers"))
        return quoted("AllowUsers", "allowusers");
    if (TRY(names_group(host, question, "denygroups")))
        return quoted("DenyGroups", "denygroups");
    if (settings.has("allowgroups") && !TRY(names_group(host, question, "allowgroups")))
        return quoted("AllowGroups", "allowgroups");
    return std::string{};
}

static bool is_set(const SshdSettings& settings, std::string_view name)
{
    const auto value = settings.get(name);
    return value && *value != "none";
}

static std::string why_no_shell(const LoginQuestion& question)
{
    const auto& settings = question.settings;
    const auto root_login = settings.get("permitrootlogin");
    if (question.account.id == 0 && root_login &&
        (*root_login == "no" || *root_login == "forced-commands-only"))
        return cat("PermitRootLogin ", *root_login);
    const auto with_key = settings.get("pubkeyauthentication");
    if (with_key && *with_key == "no")
        return "PubkeyAuthentication no";
    for (const auto* name : {"ForceCommand", "ChrootDirectory"})
        if (is_set(settings, name) && settings.joined(name) != question.before.joined(name))
            return cat(name, " ", escaped(settings.joined(name)));
    return {};
}

// Of "name:password:changed:least:most:warning:inactive:expires", in days since 1970.
static Result<std::string> why_not_valid(const Host& host, const LoginQuestion& question)
{
    const auto& account = question.account;
    if (host.status(account.shell).is_absent())
        return cat("its shell ", escaped(account.shell.native()), " is not there");
    if (account.id != 0)
        for (const auto* file : {"/etc/nologin", "/run/nologin"})
            if (host.status(file))
                return cat(file, " keeps everybody but root out");
    const auto shadow = host.query({"getent", "shadow", "--", account.name});
    if (!shadow || shadow->status != 0)
        return std::string{};
    const auto fields = split(trim(shadow->out), ':');
    if (fields.size() < 8)
        return std::string{};
    const auto pam = question.settings.get("usepam");
    if (fields[1].starts_with('!') && pam && *pam == "no")
        return std::string{"the account is locked, which UsePAM no makes count"};
    const auto today =
        std::chrono::duration_cast<std::chrono::days>(TRY(host.now()).wall.time_since_epoch());
    const auto expires = to_number(fields[7]);
    if (expires && *expires >= 0 && *expires <= today.count())
        return std::string{"the account has expired"};
    return std::string{};
}

static bool takes(std::string_view listening, const SshConnection& connection)
{
    const auto colon = listening.rfind(':');
    if (colon == std::string_view::npos || listening.substr(colon + 1) != connection.local_port)
        return false;
    auto address = listening.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    const bool is_six = connection.local_address.find(':') != std::string::npos;
    if (address == "0.0.0.0" || address == "::")
        return is_six == (address == "::");
    return is_in_network(connection.local_address, address);
}

static bool socket_listens(const Host& host)
{
    const auto active = host.query({"systemctl", "is-active", "--quiet", "ssh.socket"});
    return active && active->status == 0;
}

static std::string why_not_heard(const Host& host, const LoginQuestion& question)
{
    const auto listening = question.settings.all("listenaddress");
    if (listening.empty())
        return {};
    const bool is_changed = listening != question.before.all("listenaddress");
    if (socket_listens(host))
        return is_changed ? "Port or ListenAddress would change, but ssh.socket listens in sshd's "
                            "place (systemctl edit ssh.socket)"
                          : "";
    if (!question.login.has_address())
        return {};
    const auto& connection = question.login.connection;
    if (std::ranges::any_of(listening, [&](auto& one) { return takes(one, connection); }))
        return {};
    return cat("sshd would listen on ", escaped(join(listening, ", ")), ", and this login came to ",
               connection.local_address, " port ", connection.local_port);
}

Result<std::string> why_not_admitted(const Host& host, const LoginQuestion& question)
{
    auto reason = TRY(why_not_listed(host, question));
    if (!reason.empty())
        return cat(reason, " keeps ", escaped(question.account.name), " out");
    reason = why_no_shell(question);
    if (!reason.empty())
        return cat(reason, " keeps ", escaped(question.account.name), " out");
    reason = TRY(why_not_valid(host, question));
    return reason.empty() ? why_not_heard(host, question) : reason;
}

}
