#pragma once

#include "base/settings.h"
#include "node/confirmation.h"
#include "node/host.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace harden {

inline constexpr auto site_ssh_policy = "/etc/harden/ssh.toml";

struct NumberRange {
    std::int64_t least = 0;
    std::int64_t most = 0;
};

// One setting: `value`, unless what is in force is one of `stricter` or lies in `range`.
struct SshRule {
    std::string name;
    std::string value;
    std::vector<std::string> stricter;
    std::optional<NumberRange> range;
    bool spare_keys = false; // left out where it would refuse a key that lets somebody in now
};

// The algorithms of one list, the best first.
struct SshAlgorithms {
    std::string name;
    std::vector<std::string> preferred;
};

enum class MatchBlocks { Refuse, Keep };

// rules/ssh.toml with the site's file on top.
struct SshPolicy {
    std::string profile;    // "intermediate", "modern"
    std::string known_keys; // a file of fingerprints; empty: none is kept
    std::chrono::seconds confirm_within{120};
    MatchBlocks match_blocks = MatchBlocks::Refuse;
    std::vector<SshRule> rules;
    std::vector<SshAlgorithms> algorithms;
};

Result<Setting> ssh_settings(const Host& host); // for --show-config
// With another profile than the document's own where one is named.
Result<SshPolicy> ssh_policy_from(const Setting& document, const std::string& profile = {});

}
