#include "ssh/accounts.h"

#include <algorithm>
#include <optional>

namespace harden {

static std::optional<unsigned> id_in(std::string_view field)
{
    const auto id = to_number(field);
    if (!id || *id < 0 || *id > 0xffffffffLL)
        return {};
    return static_cast<unsigned>(*id);
}

static std::optional<Account> account_in(std::string_view line)
{
    const auto fields = split(line, ':');
    if (fields.size() < 7)
        return {};
    const auto id = id_in(fields[2]);
    if (!id)
        return {};
    const auto shell = trim(fields[6]);
    return Account{std::string{fields[0]}, *id, Path{fields[5]},
                   Path{shell.empty() ? "/bin/sh" : shell}, id_in(fields[3]).value_or(*id)};
}

Result<Account> account_named(const Host& host, const std::string& name)
{
    const auto answer = TRY(host.query({"getent", "passwd", "--", name}));
    const auto account = account_in(trim(answer.out));
    if (answer.status != 0 || !account)
        return Error{ErrorKind::NotFound, cat("no account is named ", escaped(name)), {}};
    return *account;
}

Result<std::vector<Account>> all_accounts(const Host& host)
{
    const auto answer = TRY(host.query({"getent", "passwd"}));
    std::vector<Account> accounts;
    for (const auto line : lines(answer.out))
        if (auto account = account_in(line))
            accounts.push_back(*std::move(account));
    return accounts;
}

bool has_shell(const Account& account)
{
    const auto program = account.shell.filename();
    return program != "nologin" && program != "false" && program != "sync";
}

Result<std::vector<Account>> login_accounts(const Host& host)
{
    auto accounts = TRY(all_accounts(host));
    std::erase_if(accounts, [](const Account& account) {
        const bool is_person = account.id == 0 || (account.id >= 1000 && account.id < 60'000);
        return !is_person || !has_shell(account);
    });
    return accounts;
}

Result<std::vector<Group>> all_groups(const Host& host)
{
    const auto answer = TRY(host.query({"getent", "group"}));
    std::vector<Group> groups;
    for (const auto line : lines(answer.out)) {
        const auto fields = split(trim(line), ':');
        const auto id = fields.size() < 4 ? std::nullopt : id_in(fields[2]);
        if (!id)
            continue;
        Group group{std::string{fields[0]}, *id, {}};
        for (const auto member : split(fields[3], ','))
            if (!member.empty())
                group.members.emplace_back(member);
        groups.push_back(std::move(group));
    }
    return groups;
}

bool is_member(const Account& account, const Group& group)
{
    return account.group == group.id ||
           std::ranges::find(group.members, account.name) != group.members.end();
}

}
