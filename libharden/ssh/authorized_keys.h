#pragma once

#include "ssh/sshd_settings.h"

#include <string>
#include <string_view>
#include <vector>

namespace harden {

// One line of authorized_keys.
struct AuthorizedKey {
    int line = 0;                     // 1-based
    std::vector<std::string> options; // "command=\"…\"", "no-pty"
    std::string type;                 // "ssh-ed25519", as its bytes say
    int bits = 0;                     // of an RSA key; else 0
    std::string comment;
};

// Lines that are no key are left out, as sshd does.
std::vector<AuthorizedKey> parse_authorized_keys(std::string_view text);

// Why sshd would not give its owner a shell for this key; empty where it would. `now` is
// "20261122081500", UTC.
std::string why_unusable(const AuthorizedKey& key, const SshdSettings& settings,
                         std::string_view now);

}
