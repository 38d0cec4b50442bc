#pragma once

#include "node/host.h"
#include "ssh/sshd_settings.h"

#include <string>
#include <vector>

namespace harden {

struct Account {
    std::string name;
    unsigned id = 0;
    Path home;
    Path shell;
};
Result<Account> account_named(const Host& host, const std::string& name);
// Accounts that people log in to: root, and those of people with a shell.
Result<std::vector<Account>> login_accounts(const Host& host);

// An Error unless this account can log in with a key under these settings: it says for every key
// file what is wrong. Keys that a command or a certificate authority supplies count as usable.
Result<> has_usable_key(const Host& host, const Account& account, const SshdSettings& settings);

}
