#include "ssh/key_login.h"

#include "base/time.h"
#include "ssh/drop_in.h"
#include "ssh/fingerprints.h"

#include <algorithm>

namespace harden {

static std::string filled_in(std::string_view name, const Account& account)
{
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
    return file;
}

std::vector<Path> key_files(const Account& account, const SshdSettings& settings)
{
    std::vector<Path> files;
    const auto setting = settings.get("authorizedkeysfile");
    if (!setting || *setting == "none")
        return files;
    for (const auto name : split(*setting, ' '))
        if (const auto file = filled_in(name, account); !file.empty())
            files.push_back(account.home / file);
    return files;
}

// sshd follows links before it looks.
static Path real_path(const Host& host, const Path& file)
{
    const auto answer = host.query({"realpath", "--", file.native()});
    return answer && answer->status == 0 ? Path{trim(answer->out)} : file;
}

std::string why_not_trusted(const Host& host, const Account& account, const Path& file)
{
    const auto home = real_path(host, account.home);
    for (auto path = real_path(host, file); path.has_relative_path(); path = path.parent_path()) {
        const auto status = host.status(path);
        if (status && status->type != FileType::Link &&
            ((status->mode & 022U) != 0 || (status->owner != 0 && status->owner != account.id)))
            return cat(escaped(path.native()), " can be written by others (StrictModes)");
        if (path == home)
            break;
    }
    return {};
}

Result<KeyClock> key_clock(const Host& host)
{
    KeyClock clock;
    clock.utc = to_rfc3339(TRY(host.now()).wall);
    std::erase_if(clock.utc, [](char letter) { return letter < '0' || letter > '9'; });
    const auto local = host.query({"date", "+%Y%m%d%H%M%S"});
    clock.local = local && local->status == 0 ? std::string{trim(local->out)} : clock.utc;
    return clock;
}

namespace {

// One key that sshd would find, or a file without any, and what speaks against it.
struct Candidate {
    std::string place; // "/root/.ssh/authorized_keys:3"
    AuthorizedKey key;
    std::string fingerprint;
    std::string problem;
    bool is_authority() const { return has_option(key, "cert-authority"); }
};

struct Judge {
    const Host& host;
    const LoginQuestion& question;
    std::vector<Candidate> keys;
    std::vector<std::string> problems; // of whole files

    bool knows_key() const
    {
        return !question.login.fingerprint.empty() && question.login.user == question.account.name;
    }
    bool is_kept(std::string_view setting) const
    {
        const auto value = question.settings.get(setting);
        return value && *value != "none" &&
               question.settings.joined(setting) == question.before.joined(setting);
    }
};

}

// Empty where the file is not set or has nothing against the key; unreadable, it is against all.
static Result<std::vector<AuthorizedKey>> revoked_keys(const Judge& judge)
{
    std::vector<AuthorizedKey> none;
    const auto file = judge.question.settings.get("revokedkeys");
    if (!file || *file == "none")
        return none;
    const auto text = TRY(judge.host.read(*file).during(
        cat("RevokedKeys ", escaped(*file), ", without which sshd refuses every key")));
    if (text.starts_with("SSHKRL") && !judge.is_kept("revokedkeys"))
        return Error{ErrorKind::Unsupported,
                     cat("RevokedKeys ", escaped(*file), " is not a list of keys to read here"),
                     "set it by hand, outside of harden"};
    return parse_authorized_keys(text);
}

static Result<> look_into(Judge& judge, const Path& file, const KeyClock& now)
{
    const auto& [account, login, before, settings] = judge.question;
    const auto text = judge.host.read(file);
    const auto name = escaped(file.native());
    if (!text) {
        judge.problems.push_back(
            cat(name, text.is_absent() ? ": no such file" : ": cannot be read"));
        return done;
    }
    const auto strict = settings.get("strictmodes");
    const auto distrust = why_not_trusted(judge.host, account, file);
    if (strict && *strict == "yes" && !distrust.empty()) {
        judge.problems.push_back(distrust);
        return done;
    }
    const auto revoked = TRY(revoked_keys(judge));
    const auto* from = login.has_address() ? &login.connection : nullptr;
    const auto keys = parse_authorized_keys(*text);
    if (keys.empty())
        judge.problems.push_back(cat(name, ": no key in it"));
    for (const auto& key : keys) {
        Candidate found{cat(name, ":", std::to_string(key.line)),
                        key,
                        {},
                        why_unusable(key, settings, now, from)};
        if (std::ranges::find(revoked, key.blob, &AuthorizedKey::blob) != revoked.end())
            found.problem = "has been revoked (RevokedKeys)";
        judge.keys.push_back(std::move(found));
    }
    return done;
}

static Result<> take_fingerprints(Judge& judge)
{
    std::vector<AuthorizedKey> keys;
    for (const auto& found : judge.keys)
        keys.push_back(found.key);
    const auto prints = TRY(key_prints(judge.host, keys));
    for (std::size_t i = 0; i < prints.size(); ++i)
        judge.keys[i].fingerprint = prints[i].fingerprint;
    return done;
}

// An authority's keys, in a file of their own.
static Result<bool> is_trusted_authority(const Judge& judge, const std::string& fingerprint)
{
    const auto file = judge.question.settings.get("trustedusercakeys");
    const auto text = judge.host.read(file ? *file : "none");
    if (!text)
        return false;
    const auto keys = parse_authorized_keys(*text);
    if (fingerprint.empty())
        return !keys.empty();
    const auto prints = TRY(key_prints(judge.host, keys));
    return std::ranges::find(prints, fingerprint, &KeyPrint::fingerprint) != prints.end();
}

// What sshd logs, "RSA-CERT", as the name of the algorithm; such a name stays.
static std::string algorithm_of(std::string_view logged)
{
    if (logged.find("-sha2-") != std::string_view::npos || logged.starts_with("s"))
        return std::string{logged};
    const bool is_certificate = logged.ends_with("-CERT");
    const auto plain = logged.substr(0, logged.rfind("-CERT"));
    auto name = plain == "ED25519"      ? std::string{"ssh-ed25519"}
                : plain == "ED25519-SK" ? std::string{"sk-ssh-ed25519"}
                : plain == "RSA"        ? std::string{"rsa-sha2-512"}
                                        : std::string{"ecdsa-sha2-nistp256"};
    if (is_certificate)
        return name + "-cert-v01@openssh.com";
    return plain == "ED25519-SK" ? name + "@openssh.com" : name;
}

// Never empty: an empty reason would be none.
static std::string all_of(const std::vector<std::string>& reasons)
{
    return reasons.empty() ? "sshd looks for no key at all" : join(reasons, "; ");
}

// The very key that let the operator in must do so again.
static Result<std::string> why_not_this_key(Judge& judge)
{
    const auto& login = judge.question.login;
    const auto& settings = judge.question.settings;
    TRY(take_fingerprints(judge));
    const auto& print = login.authority.empty() ? login.fingerprint : login.authority;
    std::string problem;
    for (const auto& found : judge.keys) {
        if (found.fingerprint != print || found.is_authority() == login.authority.empty())
            continue;
        if (found.problem.empty() || found.is_authority())
            return std::string{};
        problem = cat(found.place, " ", found.problem);
    }
    if (!problem.empty())
        return problem;
    if (!is_accepted(algorithm_of(login.key_type), settings))
        return cat(login.key_type, " keys are not accepted (PubkeyAcceptedAlgorithms)");
    if (!login.authority.empty() && TRY(is_trusted_authority(judge, login.authority)))
        return std::string{};
    if (login.authority.empty() && judge.is_kept("authorizedkeyscommand"))
        return std::string{};
    auto all = judge.problems;
    for (const auto& found : judge.keys)
        all.push_back(cat(found.place, " is another key"));
    return all_of(all);
}

static Result<std::string> why_no_key(Judge& judge)
{
    const auto needed = keys_needed(judge.question.settings);
    const auto usable = std::ranges::count_if(
        judge.keys, [](const Candidate& found) { return found.problem.empty(); });
    if (judge.knows_key() && needed < 2)
        return why_not_this_key(judge);
    if (usable >= needed || judge.is_kept("authorizedkeyscommand") ||
        TRY(is_trusted_authority(judge, {})))
        return std::string{};
    auto all = judge.problems;
    for (const auto& found : judge.keys)
        if (!found.problem.empty())
            all.push_back(cat(found.place, ": ", found.problem));
    if (usable > 0)
        all.push_back(cat("AuthenticationMethods asks for ", std::to_string(needed), " keys"));
    return all_of(all);
}

Result<> can_log_in(const Host& host, const LoginQuestion& question)
{
    const auto name = escaped(question.account.name);
    const auto turned_away = TRY(why_not_admitted(host, question));
    if (!turned_away.empty())
        return Error{ErrorKind::Failed, cat("you would lock yourself out: ", turned_away),
                     cat("change that line, or what ", site_ssh_policy, " asks for")};
    Judge judge{host, question, {}, {}};
    const auto now = TRY(key_clock(host));
    for (const auto& file : key_files(question.account, question.settings))
        TRY(look_into(judge, file, now));
    const auto reason = TRY(why_no_key(judge));
    if (reason.empty())
        return done;
    if (judge.knows_key() && !judge.keys.empty())
        return Error{ErrorKind::Failed,
                     cat("the key of this login, ", question.login.fingerprint, ", would not let ",
                         name, " in again (", reason, ")"),
                     cat("put a key that would into the account's authorized_keys, log in with it, "
                         "and run this again")};
    return Error{
        ErrorKind::Failed,
        cat("no authorized key for ", name, ": you would lock yourself out (", reason, ")"),
        cat("ssh-copy-id ", name, "@this-node, log in with the key, and run this again")};
}

}
