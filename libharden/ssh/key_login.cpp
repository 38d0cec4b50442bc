#include "ssh/key_login.h"

#include "base/time.h"
#include "ssh/authorized_keys.h"

#include <algorithm>
#include <optional>

namespace harden {

static std::optional<Account> account_in(std::string_view line)
{
    const auto fields = split(line, ':');
    if (fields.size() < 7)
        return {};
    const auto id = to_number(fields[2]);
    if (!id || *id < 0)
        return {};
    return Account{std::string{fields[0]}, static_cast<unsigned>(*id), Path{fields[5]},
                   Path{trim(fields[6])}};
}

Result<Account> account_named(const Host& host, const std::string& name)
{
    const auto answer = TRY(host.query({"getent", "passwd", "--", name}));
    const auto account = account_in(trim(answer.out));
    if (answer.status != 0 || !account)
        return Error{ErrorKind::NotFound, cat("no account is named ", escaped(name)), {}};
    return *account;
}

Result<std::vector<Account>> login_accounts(const Host& host)
{
    const auto answer = TRY(host.query({"getent", "passwd"}));
    std::vector<Account> accounts;
    for (const auto line : lines(answer.out)) {
        const auto account = account_in(line);
        const bool is_person =
            account && (account->id == 0 || (account->id >= 1000 && account->id < 60'000));
        if (is_person && account->shell.filename() != "nologin" &&
            account->shell.filename() != "false")
            accounts.push_back(*account);
    }
    return accounts;
}

// AuthorizedKeysFile: several names, relative to the home directory, with %h, %u and %U.
static std::vector<Path> key_files(const Account& account, const std::string& setting)
{
    std::vector<Path> files;
    for (const auto name : split(setting, ' ')) {
        std::string file;
        for (std::size_t i = 0; i < name.size(); ++i) {
            if (name[i] != '%' || i + 1 == name.size()) {
                file += name[i];
                continue;
            }
            const auto token = name[++i];
            file += token == 'h'   ? account.home.native()
                    : token == 'u' ? account.name
                    : token == 'U' ? std::to_string(account.id)
                                   : std::string{token};
        }
        if (!file.empty())
            files.push_back(account.home / file);
    }
    return files;
}

// StrictModes: sshd ignores a key file that somebody else could have written.
static std::string why_not_trusted(const Host& host, const Account& account, const Path& file)
{
    for (auto path = file; path.has_relative_path(); path = path.parent_path()) {
        const auto status = host.status(path);
        if (status && status->type != FileType::Link &&
            ((status->mode & 022U) != 0 || (status->owner != 0 && status->owner != account.id)))
            return cat(path.native(), " can be written by others (StrictModes)");
        if (path == account.home)
            break;
    }
    return {};
}

// Empty where the file has a key that works; else why none does.
static Result<std::string> judge_file(const Host& host, const Account& account, const Path& file,
                                      const SshdSettings& settings)
{
    const auto text = host.read(file);
    if (!text)
        return cat(file.native(), text.is_absent() ? ": no such file" : ": cannot be read");
    const auto strict = settings.get("strictmodes");
    const auto distrust = why_not_trusted(host, account, file);
    if (strict && *strict == "yes" && !distrust.empty())
        return distrust;
    auto now = to_rfc3339(TRY(host.now()).wall);
    std::erase_if(now, [](char letter) { return letter < '0' || letter > '9'; });
    auto reason = cat(file.native(), ": no key in it");
    for (const auto& key : parse_authorized_keys(*text)) {
        const auto why = why_unusable(key, settings, now);
        if (why.empty())
            return std::string{};
        reason = cat(file.native(), ":", std::to_string(key.line), ": ", why);
    }
    return reason;
}

static bool is_set(const SshdSettings& settings, std::string_view name)
{
    const auto value = settings.get(name);
    return value && *value != "none";
}

static bool root_is_kept_out(const Account& account, const SshdSettings& settings)
{
    const auto root_login = settings.get("permitrootlogin");
    return account.id == 0 && root_login &&
           (*root_login == "no" || *root_login == "forced-commands-only");
}

Result<> has_usable_key(const Host& host, const Account& account, const SshdSettings& settings)
{
    std::vector<std::string> reasons;
    if (root_is_kept_out(account, settings))
        reasons.emplace_back("PermitRootLogin keeps root out");
    else if (is_set(settings, "authorizedkeyscommand") || is_set(settings, "trustedusercakeys"))
        return done;
    else if (is_set(settings, "authorizedkeysfile"))
        for (const auto& file : key_files(account, TRY(settings.get("authorizedkeysfile")))) {
            auto reason = TRY(judge_file(host, account, file, settings));
            if (reason.empty())
                return done;
            reasons.push_back(std::move(reason));
        }
    return Error{ErrorKind::Failed,
                 cat("no authorized key for ", escaped(account.name),
                     ": you would lock yourself out (", join(reasons, "; "), ")"),
                 cat("ssh-copy-id ", escaped(account.name),
                     "@this-node, log in with the key, and run this again")};
}

}
