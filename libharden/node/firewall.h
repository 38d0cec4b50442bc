#pragma once

#include "base/result.h"
#include "node/change.h"
#include "node/ruleset.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// One way in which the kernel differs from the wanted rules.
struct RuleDrift {
    std::string backend; // "nftables", "iptables-nft", "iptables-legacy"
    std::string family;  // "inet", "ip", "ip6"
    std::string what;    // the rule, set or chain
    std::string from;    // as it is; empty: absent
    std::string to;      // as wanted; empty: shall be absent
};

Change change_of(const RuleDrift& drift);

struct RuleHits {
    std::string group;  // id of the policy's group: "smtp"
    std::string family; // "ip", "ip6", "inet"
    std::uint64_t packets = 0;
};

// What one sender was refused: containers are known by their addresses.
struct SourceHits {
    std::string group;
    std::string source; // an address
    std::uint64_t packets = 0;
};

// The kernel's packet filter, as far as it is ours: the egress policy (our own table and the tagged
// copy in DOCKER-USER of every back end that is live), and the node's inbound table.
class Firewall {
public:
    Firewall() = default;
    Firewall(const Firewall&) = delete;
    Firewall& operator=(const Firewall&) = delete;
    virtual ~Firewall() = default;

    // The live back ends, found without side effects.
    virtual Result<std::vector<std::string>> backends() const = 0;
    // Empty: the kernel holds exactly `wanted`. Of an empty ruleset it holds nothing of ours.
    virtual Result<std::vector<RuleDrift>> difference(const Ruleset& wanted) const = 0;
    virtual Result<std::vector<RuleHits>> hits() const = 0;
    // Those of the last day; of the network of the node itself there are none.
    virtual Result<std::vector<SourceHits>> hits_by_source() const = 0;

    // All of `wanted`, atomically for each back end; what is not ours stays as it is.
    virtual Result<> replace(const Ruleset& wanted) = 0;
    // Nothing of ours is left.
    virtual Result<> remove() = 0;

    // What is let in to the node and its containers: the table inet harden_firewall, as text that
    // nft reads. `wanted` empty: no such table.
    virtual Result<std::vector<RuleDrift>> inbound_difference(const std::string& wanted) const = 0;
    virtual Result<std::vector<RuleHits>> inbound_hits() const = 0; // by counter
    virtual Result<> replace_inbound(const std::string& wanted) = 0;
};

}
