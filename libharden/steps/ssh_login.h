#pragma once

#include "ssh/rehearsal.h"

namespace harden {

// One login against a configuration that is nowhere in force yet: `server` speaks SSH on its
// standard streams and is started by whoever can do so.
class LoginRehearsal {
public:
    // Writes the configuration below /run, for root alone.
    static Result<LoginRehearsal> prepare(Host& host, const SshRehearsal& rehearsal);

    const Command& server() const { return server_; }
    // Once somebody has logged in, this is on record before his first command runs.
    Result<> note_login();
    // How it ended, for people; an Error where nobody came in.
    Result<std::string> finish();

private:
    explicit LoginRehearsal(Host& host)
        : host_{&host}
    {
    }

    Host* host_;
    std::string configuration_;
    Path file_;
    Path log_;
    Command server_;
    bool has_logged_in_ = false;
};

// What sshd's own log says of a login that came or did not: "root by ED25519 SHA256:… over
// sntrup761x25519-sha512", or why it was refused.
Result<std::string> outcome_in(std::string_view sshd_log);

}
