#pragma once

#include "ssh/accounts.h"
#include "ssh/operator_login.h"

#include <string>

namespace harden {

// What sshd looks at besides the key, so that a login can be judged before it is tried.
struct LoginQuestion {
    const Account& account;
    const OperatorLogin& login;   // from where; and, for the same account, with which key
    const SshdSettings& before;   // in force on disk now
    const SshdSettings& settings; // that would be in force
};

// Why this account would be turned away whatever its key is: PermitRootLogin, AllowUsers and the
// like, an expired or locked account, an address or port on which nobody would listen, a forced
// command. Empty: it would not be.
Result<std::string> why_not_admitted(const Host& host, const LoginQuestion& question);

}
