#include "checks/host_facts.h"
#include "checks/host_looks.h"
#include "checks/host_rules.h"
#include "checks/judged.h"
#include "checks/root_programs.h"
#include "checks/sudoers.h"

#include <algorithm>
#include <set>

namespace harden {

namespace {

struct Login {
    std::string name;
    std::string id;
    std::string group; // its number
    bool has_shell = false;
    bool has_no_password = false; // an empty field: none is asked for
};

}

using Names = std::set<std::string, std::less<>>;

static std::vector<std::vector<std::string_view>> rows_of(std::string_view text, std::size_t fields)
{
    std::vector<std::vector<std::string_view>> rows;
    for (const auto line : lines(text)) {
        auto row = split(line, ':');
        if (row.size() >= fields && !line.starts_with('#'))
            rows.push_back(std::move(row));
    }
    return rows;
}

static Result<std::vector<Login>> logins(const Facts& facts)
{
    const auto text = TRY(facts.host().read("/etc/passwd"));
    std::vector<Login> found;
    for (const auto& row : rows_of(text, 7)) {
        const auto shell = Path{trim(row[6])}.filename();
        found.push_back({.name = std::string{row[0]},
                         .id = std::string{row[2]},
                         .group = std::string{row[3]},
                         .has_shell = shell != "nologin" && shell != "false" && shell != "sync",
                         .has_no_password = row[1].empty()});
    }
    return found;
}

Result<Outcome> root_accounts(const Facts& facts)
{
    const auto all = TRY(facts.once(logins));
    const auto text = TRY(facts.host().read("/etc/shadow"));
    Names without_password;
    for (const auto& row : rows_of(text, 2))
        if (row[1].empty())
            without_password.emplace(row[0]);
    std::vector<std::string> complaints;
    for (const auto& login : all) {
        const auto number = to_number(login.id);
        if (number && *number == 0 && login.name != "root")
            complaints.push_back(cat(escaped(login.name, 40), " has uid 0"));
        if (login.has_shell && (login.has_no_password || without_password.contains(login.name)))
            complaints.push_back(cat(escaped(login.name, 40), " needs no password"));
    }
    return judged(std::move(complaints), "root alone has uid 0");
}

// Names of the members of a group, also of those whose primary group it is.
static Names members_of(std::string_view groups, std::string_view group,
                        const std::vector<Login>& all)
{
    Names members;
    for (const auto& row : rows_of(groups, 4)) {
        if (row[0] != group)
            continue;
        for (const auto name : split(trim(row[3]), ','))
            members.emplace(name);
        for (const auto& login : all)
            if (login.group == row[2])
                members.emplace(login.name);
    }
    return members;
}

static bool concerns(const std::string& who, const Login& login, std::string_view groups,
                     const std::vector<Login>& all)
{
    if (who.starts_with('%'))
        return members_of(groups, std::string_view{who}.substr(1), all).contains(login.name);
    return who == "ALL" || who == login.name || who == cat("#", login.id);
}

static void note_sudo(const PasswordlessRule& rule, const Login& login, std::string_view groups,
                      const std::vector<Login>& all, std::vector<std::string>& complaints)
{
    if (std::ranges::any_of(
            rule.who, [&](const std::string& who) { return concerns(who, login, groups, all); }))
        complaints.push_back(cat(escaped(login.name, 40), " runs ", escaped(rule.commands, 40),
                                 " without a password (", escaped(rule.file, 80), ":",
                                 std::to_string(rule.line), ")"));
}

Result<Outcome> privileged_users(const Facts& facts)
{
    const auto rules = TRY(facts.once(host_rules));
    const auto all = TRY(facts.once(logins));
    const auto groups = TRY(facts.host().read("/etc/group"));
    const auto sudo = TRY(passwordless_rules(facts.host()));
    std::vector<std::string> complaints;
    for (const auto& login : all) {
        const bool is_listed =
            std::ranges::find(rules.privileged_users, login.name) != rules.privileged_users.end();
        if (!login.has_shell || login.id == "0" || is_listed)
            continue;
        for (const auto& group : rules.root_groups)
            if (members_of(groups, group, all).contains(login.name))
                complaints.push_back(
                    cat(escaped(login.name, 40), " is in the group ", escaped(group, 40)));
        for (const auto& rule : sudo)
            note_sudo(rule, login, groups, all, complaints);
    }
    return judged(std::move(complaints), "root and those that are listed");
}

// "DIRECTORY/*" is every directory in it.
static Result<std::vector<Path>> places(const Host& host, const std::vector<std::string>& patterns)
{
    std::vector<Path> found;
    for (const Path pattern : patterns) {
        if (pattern.filename() != "*") {
            found.push_back(pattern);
            continue;
        }
        const auto names = host.list(pattern.parent_path());
        if (names.is_absent())
            continue;
        for (const auto& name : TRY(names)) {
            const auto status = host.status(pattern.parent_path() / name);
            if (status && status->type == FileType::Directory)
                found.push_back(pattern.parent_path() / name);
        }
    }
    return found;
}

// Calls `see` with every file of these places and its status; a file that goes meanwhile is none.
template<class See>
static Result<> each_file(const Host& host, const std::vector<std::string>& patterns, See see)
{
    for (const auto& place : TRY(places(host, patterns))) {
        const auto names = host.list(place);
        if (names.is_absent())
            continue;
        for (const auto& name : TRY(names)) {
            const auto status = host.status(place / name);
            if (!status.is_absent())
                see(place / name, TRY(status));
        }
    }
    return done;
}

Result<Outcome> root_owned(const Facts& facts)
{
    const auto rules = TRY(facts.once(host_rules));
    std::vector<std::string> complaints;
    std::size_t seen = 0;
    const auto judge = [&](const Path& file, const FileStatus& status) {
        ++seen;
        if (status.type != FileType::Link && !is_roots_alone(status))
            complaints.push_back(escaped(file.native(), 80));
    };
    for (const auto& place : TRY(places(facts.host(), rules.root_owned)))
        if (const auto status = facts.host().status(place))
            judge(place, *status);
    TRY(each_file(facts.host(), rules.root_owned, judge));
    if (seen == 0)
        return Error{ErrorKind::NotFound, "none of the directories is there", {}};
    return judged(std::move(complaints), cat(std::to_string(seen), " files are root's alone"));
}

Result<Outcome> privileged_files(const Facts& facts)
{
    constexpr unsigned set_id = 06000;
    const auto rules = TRY(facts.once(host_rules));
    std::vector<std::string> complaints;
    std::size_t known = 0;
    TRY(each_file(
        facts.host(), rules.privileged_places, [&](const Path& file, const FileStatus& status) {
            if (status.type != FileType::Regular || (status.mode & set_id) == 0)
                return;
            const bool is_known =
                file.native().starts_with("/usr/") && !file.native().starts_with("/usr/local/") &&
                std::ranges::find(rules.privileged_files, file.filename().native()) !=
                    rules.privileged_files.end();
            if (is_known)
                ++known;
            else
                complaints.push_back(escaped(file.native(), 80));
        }));
    return judged(std::move(complaints), cat(std::to_string(known), ", all known"));
}

Result<Outcome> apparmor_enforces(const Facts& facts)
{
    const auto& host = facts.host();
    const auto enabled = host.read("/sys/module/apparmor/parameters/enabled");
    if (enabled.is_absent())
        return TRY(facts.once(is_container))
                   ? not_applicable("a container: the kernel is its host's")
                   : fail("this kernel has no AppArmor");
    if (!TRY(enabled).starts_with('Y'))
        return fail("AppArmor is off");
    const auto text = TRY(host.read("/sys/kernel/security/apparmor/profiles"));
    std::vector<std::string> complaints;
    std::size_t enforced = 0;
    for (const auto line : lines(text)) {
        if (line.ends_with("(complain)"))
            complaints.push_back(
                cat(escaped(line.substr(0, line.rfind(" (")), 60), " only complains"));
        else if (!trim(line).empty())
            ++enforced;
    }
    if (enforced == 0)
        complaints.emplace_back("no profile is enforced");
    return judged(std::move(complaints), cat(std::to_string(enforced), " profiles"));
}

}
