#pragma once

#include "node/journal.h"
#include "ssh/ssh_policy.h"
#include "steps/step.h"

#include <optional>
#include <string>

namespace harden {

inline constexpr auto ssh_verb = "ssh-harden apply"; // of its transactions

// Writes the drop-in, lets sshd judge it, and reloads sshd. `user` is the account that must be
// able to log in with a key afterwards; empty: any.
Step ssh_step(SshPolicy policy, std::string user);

// sshd refuses every question where its empty directory is missing, as on a socket-activated
// node before the first login. Nothing that a transaction needs to undo.
Result<> make_run_directory(Host& host);

// Who logged in over SSH to run this; empty on a console or in cron.
Result<std::string> operator_account(const Host& host);

// What a plan shows: sshd's own words before and after, then the files and commands.
struct SshPreview {
    Changes settings; // effective ones that would change
    Changes actions;  // what apply would write and run
    Changes kept;     // weaker ones that Match blocks keep, by the site's leave
};
Result<SshPreview> preview_ssh(const Node& node, const SshPolicy& policy, const std::string& user);

// The youngest transaction of ours that still stands; none: NotFound.
Result<TxRecord> ssh_transaction(const Host& host);

}
