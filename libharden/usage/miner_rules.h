#pragma once

#include "base/settings.h"
#include "node/host.h"
#include "usage/action_rules.h"
#include "usage/bandwidth_rules.h"
#include "usage/term_rules.h"

#include <chrono>

namespace harden {

// What makes use of a processor look like mining, and how much each sign counts.
struct MinerRules {
    struct Sustained {  // demand near the container's own quota, again and again
        double hot = 0; // share of the quota
        int most = 0;   // of the window's intervals
        int most_points = 0;
        int half = 0;
        int half_points = 0;
    };
    struct Steady { // held at one level below the quota
        double from = 0;
        double below = 0;
        double deviation = 0;
        int points = 0;
    };
    struct Flat { // never varies
        double from = 0;
        double deviation = 0;
        int points = 0;
    };
    struct Wallet { // the shape of an address that a pool pays to
        std::string name;
        std::string prefixes; // any of these first letters
        std::int64_t length = 0;
    };
    struct Evidence { // what a miner's process says of itself
        int points = 0;
        bool reads_memory = false;
        std::vector<std::string> names;
        std::vector<std::string> arguments;
        std::vector<Wallet> wallets;
        std::vector<std::string> pools; // their domains
    };
    struct Verdicts { // least score of each
        int miner = 0;
        int suspect = 0;
        int watch = 0;
        int evidence_needed = 0; // points of evidence without which
        int ceiling = 0;         // the score ends here
    };

    int window = 0;                           // intervals
    std::chrono::seconds shortest_interval{}; // looks that come sooner measure nothing
    Sustained sustained;
    Steady steady;
    Flat flat;
    Evidence evidence;
    TermRules terms;
    BandwidthRules bandwidth;
    Verdicts verdicts;
    ActionRules actions;
    std::vector<std::string> owner_labels; // the first that a container has names its owner
};

inline constexpr auto miner_rules_file = "rules/miners.toml";      // as shipped
inline constexpr auto miner_site_file = "/etc/harden/miners.toml"; // on top of it

Result<MinerRules> parse_miner_rules(const Setting& document);
// As shipped: a pool listens where the egress policy closes ports to miners.
Result<Setting> shipped_miner_settings();
// The shipped document with the site's on top of it.
Result<Setting> miner_settings(const Host& host);

}
