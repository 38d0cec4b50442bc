#pragma once

#include "ssh/sshd_settings.h"

#include <optional>
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
    std::string blob; // its bytes in base64, as the line has them
};

// Lines that are no key are left out, as sshd does.
std::vector<AuthorizedKey> parse_authorized_keys(std::string_view text);

bool has_option(const AuthorizedKey& key, std::string_view name);
// Of `from="…"`: what stands between the quotes; none where the key has no such option.
std::optional<std::string> option_value(const AuthorizedKey& key, std::string_view name);

// "20261122081500": expiry-time is in the machine's own time unless it ends in Z.
struct KeyClock {
    std::string local;
    std::string utc;
};
bool is_expired(const AuthorizedKey& key, const KeyClock& now);

// Why sshd would not give its owner a shell for this key; empty where it would. Without a
// connection from="…" is not looked at.
std::string why_unusable(const AuthorizedKey& key, const SshdSettings& settings,
                         const KeyClock& now, const SshConnection* connection = nullptr);

// Whether PubkeyAcceptedAlgorithms has an algorithm for keys of this type.
bool is_accepted(std::string_view key_type, const SshdSettings& settings);

}
