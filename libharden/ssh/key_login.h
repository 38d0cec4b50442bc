#pragma once

#include "ssh/admission.h"
#include "ssh/authorized_keys.h"

#include <vector>

namespace harden {

// Where sshd looks for an account's keys: AuthorizedKeysFile with %h, %u and %U filled in.
std::vector<Path> key_files(const Account& account, const SshdSettings& settings);

// Why sshd passes a key file over with StrictModes: somebody else could have written it. Empty: it
// does not.
std::string why_not_trusted(const Host& host, const Account& account, const Path& file);

// What time it is, for keys that expire.
Result<KeyClock> key_clock(const Host& host);

// An Error unless this account could log in with a key, over the operator's connection and, where
// that is known, with the key that this login used: it says for every key what is wrong.
Result<> can_log_in(const Host& host, const LoginQuestion& question);

}
