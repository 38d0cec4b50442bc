#pragma once

#include "node/host.h"

#include <string>
#include <string_view>
#include <vector>

namespace harden {

// Where to log in, as the operator said it. What is empty or 0 is left to ssh_config.
struct SshTarget {
    std::string destination; // [USER@]HOST, a name in ssh_config included
    std::string config;      // another ssh_config
    int port = 0;
    std::string identity;    // file of a private key
    std::string host_key;    // "SHA256:…": the only key to accept
    bool accept_new = false; // record a key that is seen for the first time, and say so
};

// What ssh would do with a target: `ssh -G`.
struct SshLogin {
    std::string user;
    std::string host;        // name or address that is connected to
    std::string known_name;  // the name under which known_hosts knows it
    std::string known_hosts; // the operator's own file; empty where keys are not kept
};
Result<SshLogin> parse_ssh_login(std::string_view printed_by_ssh);

// One word for the login shell of the node, whichever of sh, bash, zsh, fish or csh that is.
Result<std::string> quoted_for_shell(std::string_view word);
// A command line for that shell: the words of `command`, with sudo in front unless root logs in.
Result<std::string> remote_command(const Command& command, std::string_view user);

// ssh and the options that hold for every use of it.
Command ssh_command(const SshTarget& target, const std::vector<std::string>& more_options);

// Why ssh could not log in, read from its DEBUG1 log: kind, what it saw, what to do.
Error ssh_login_error(std::string_view log, const SshTarget& target, const SshLogin& login);

// The last line of a log that is not ssh's own debugging, escaped.
std::string last_line(std::string_view log);

// "SHA256:…" of the key that the host showed; empty where the log does not tell.
std::string host_key_seen(std::string_view log);

}
