#pragma once

#include "node/host.h"
#include "ssh/sshd_settings.h"

#include <optional>
#include <string>
#include <string_view>

namespace harden {

// The SSH login that this program runs under, as far as the machine can tell. All of it empty on
// a console or in cron.
struct OperatorLogin {
    std::string user;
    // What sshd saw of it; the stranger's where the login's shell does not tell.
    SshConnection connection;
    std::string peer_port; // empty: the address is not known
    // The key that proved who it is, "SHA256:…"; empty where nothing tells, or it was no key.
    std::string fingerprint;
    std::string authority; // of the certificate, the fingerprint of its authority's key
    std::string key_type;  // as sshd logs it: "ED25519", "RSA-CERT"; or "ssh-ed25519"

    bool has_address() const { return !peer_port.empty(); }
};
Result<OperatorLogin> operator_login(const Host& host);

// sshd's own line about a login, "Accepted publickey for ann from 192.0.2.7 port 51234 ssh2: …".
struct AcceptedKey {
    std::string user;
    std::string address;
    std::string port;
    std::string key_type;
    std::string fingerprint;
    std::string authority;
};
std::optional<AcceptedKey> parse_accepted_key(std::string_view line);

// "192.0.2.7 51234 203.0.113.5 22", as sshd puts it into SSH_CONNECTION.
std::optional<SshConnection> parse_ssh_connection(std::string_view text, std::string& peer_port);

}
