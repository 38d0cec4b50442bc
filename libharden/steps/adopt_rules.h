#pragma once

#include "node/node.h"
#include "steps/adopt_signs.h"

#include <vector>

namespace harden {

// A rule that was taken out of DOCKER-USER. `place` counts from 1 and passes over ours, which
// come and go.
struct TakenRule {
    std::string program; // "iptables", "ip6tables"
    int place = 0;
    std::string specification;
    bool operator==(const TakenRule&) const = default;
};

inline constexpr auto taken_rules_file = "/var/lib/harden/adopt/docker-user.rules";

// The old ones among the rules of one chain.
std::vector<TakenRule> old_rules_among(const std::vector<std::string>& chain,
                                       std::string_view program, const Ruleset& policy);

// What iptables-restore --noflush reads to have them where they were, each once for each time that
// it is listed, whatever is in the chain now.
std::string putting_back(const std::string& saved, const std::vector<TakenRule>& taken);

std::string to_text(const std::vector<TakenRule>& taken);
Result<std::vector<TakenRule>> parse_taken_rules(std::string_view text);

// Out of the kernel, on record first; `back` puts them back from the record.
Result<> take_old_rules_away(Node& node, const Ruleset& policy, const Command& back);
// What `back` does: from the record into the kernel.
Result<> put_old_rules_back(Host& host);

}
