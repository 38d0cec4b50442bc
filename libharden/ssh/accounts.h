#pragma once

#include "node/host.h"

#include <string>
#include <vector>

namespace harden {

struct Account {
    std::string name;
    unsigned id = 0;
    Path home;
    Path shell;
    unsigned group = 0;
};
Result<Account> account_named(const Host& host, const std::string& name);
Result<std::vector<Account>> all_accounts(const Host& host);
// Accounts that people log in to: root, and those of people with a shell.
Result<std::vector<Account>> login_accounts(const Host& host);
bool has_shell(const Account& account);

struct Group {
    std::string name;
    unsigned id = 0;
    std::vector<std::string> members; // besides those whose primary group it is
};
Result<std::vector<Group>> all_groups(const Host& host);
bool is_member(const Account& account, const Group& group);

}
