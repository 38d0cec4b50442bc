#pragma once

#include "node/change.h"
#include "ssh/ssh_policy.h"
#include "ssh/sshd_settings.h"

namespace harden {

struct SshWanted {
    std::string name;
    std::string value;
};

// What our drop-in shall say where sshd says `without_ours` when it is not there. Stricter values
// than the policy's stay; settings that this sshd does not know are left out.
Result<std::vector<SshWanted>> wanted_settings(const SshPolicy& policy,
                                               const SshdSettings& without_ours);

std::string drop_in_text(const std::vector<SshWanted>& wanted);

// The settings in which `actual` is not as wanted; `to` is the wanted value.
Changes differences(const std::vector<SshWanted>& wanted, const SshdSettings& actual);

// Those of them in which it is weaker too.
Changes weaker(const SshPolicy& policy, const std::vector<SshWanted>& wanted,
               const SshdSettings& actual);

// What was wanted and left out, with the reason, for people.
std::vector<std::string> left_out(const SshPolicy& policy, const SshdSettings& without_ours);

// Only post-quantum key exchanges: a client without them cannot come in.
bool is_post_quantum_only(std::string_view key_exchanges);

// How many keys a login needs that satisfies AuthenticationMethods with the fewest.
int keys_needed(const SshdSettings& settings);

// An Error where these settings together would let nobody in: every list of AuthenticationMethods
// needs a method that they switch off.
Result<> admits_keys(const SshdSettings& settings);

}
