#pragma once

#include "checks/facts.h"
#include "ssh/greeting.h"
#include "ssh/key_inventory.h"
#include "ssh/sshd_config.h"
#include "ssh/sshd_settings.h"

#include <vector>

namespace harden {

// What sshd would do for one connection.
struct SshAnswer {
    SshConnection connection;
    SshdSettings settings;
};

// What it would do for everybody who may come.
struct SshAnswers {
    std::vector<SshAnswer> all; // root from the internet first
    // What stands below Match lines that no question could be made up for.
    std::vector<SshdDirective> unasked;
};

// For Facts::once. Where the configuration has Match blocks also a stranger over IPv6, a connection
// that each block applies to, and every login user; each kind once, a few at a time.
Result<SshAnswers> sshd_answers(const Facts& facts);

// Users with a login shell, root left out.
std::vector<std::string> login_users(std::string_view passwd);

// For Facts::once.
Result<std::vector<SshdDirective>> sshd_directives(const Facts& facts);
Result<SshPolicy> ssh_policy(const Facts& facts);
Result<KeyInventory> ssh_keys(const Facts& facts);

// One sshd of this node, as it answered on one of its ports.
struct SshServer {
    std::string address; // that was dialled
    std::uint16_t port = 0;
    SshGreeting greeting;
};
// What listens beside it, from outside the node, and is a remote shell too.
struct OtherShell {
    std::string what; // "dropbear", "an SSH server (node_shell)": escaped
    std::uint16_t port = 0;
};
struct SshWire {
    std::vector<SshServer> servers;
    std::vector<OtherShell> others;
};
// Connects to what listens on this node, and reads what it says first. For Facts::once.
Result<SshWire> ssh_wire(const Facts& facts);

// What each of them offers to one who shows no key: "publickey", "password". For Facts::once.
struct OfferedMethods {
    std::uint16_t port = 0;
    std::vector<std::string> methods; // empty: it let him in
};
Result<std::vector<OfferedMethods>> offered_methods(const Facts& facts);
// ssh's own last words: "root@127.0.0.1: Permission denied (publickey,password)."
std::optional<std::vector<std::string>> methods_in(std::string_view complaint);

// What sshd wrote into the journal in the last hour, or its last line of this boot. For
// Facts::once.
struct SshLog {
    std::vector<std::string> lines; // at most `most_lines`
    bool is_of_last_hour = false;
};
inline constexpr std::size_t most_log_lines = 5000;
Result<SshLog> ssh_log(const Facts& facts);

}
