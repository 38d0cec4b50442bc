#pragma once

#include "node/journal.h"
#include "ssh/operator_login.h"
#include "ssh/ssh_policy.h"
#include "steps/step.h"

#include <optional>
#include <string>

namespace harden {

inline constexpr auto ssh_verb = "ssh-harden apply"; // of its transactions

// Writes the drop-in, lets sshd judge it, and reloads sshd. The login is the one that must be
// possible again afterwards; an empty user: any account's.
// What only a login against the new settings can prove is refused, or passed over for a plan.
enum class Unproven { Refused, Noted };
Step ssh_step(SshPolicy policy, OperatorLogin login, Unproven unproven = Unproven::Refused);

// sshd refuses every question where its empty directory is missing, as on a socket-activated
// node before the first login. Nothing that a transaction needs to undo.
Result<> make_run_directory(Host& host);

// What a plan shows: sshd's own words before and after, then the files and commands.
struct SshPreview {
    Changes settings;               // effective ones that would change
    Changes actions;                // what apply would write and run
    Changes kept;                   // weaker ones that Match blocks keep, by the site's leave
    std::vector<std::string> notes; // what was left out, and why
};
Result<SshPreview> preview_ssh(const Node& node, const SshPolicy& policy,
                               const OperatorLogin& login);

}
