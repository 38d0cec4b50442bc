#pragma once

#include "base/settings.h"

#include <chrono>
#include <set>

namespace harden {

// When each further sign is seen, and how much it counts.
struct TermRules {
    struct Working { // who uses less mines nothing, whatever words are found
        double from = 0;
        int intervals = 0;
    };
    struct Brief { // who has not worked in most of these, and shows nothing else,
        int intervals = 0;
        int most = 0;
        int ceiling = 0; // ends here
    };
    struct Crowded { // from there on nothing is said of how even use is
        double from = 0;
    };
    struct Lasting { // never rests
        int intervals = 0;
        int most = 0; // of these
        int points = 0;
    };
    struct Quiet {          // much work, few bytes, and not none: a miner has to talk
        double most = 0;    // bytes for each second of a processor
        double least = 0;   // bytes sent a second
        double talking = 0; // share of the intervals that send so much
        int points = 0;
    };
    struct LongFlow { // a connection that stays and carries little
        std::chrono::seconds age{};
        double most = 0; // bytes a second, each way
        int points = 0;
    };
    struct Size {
        double least = 0; // MiB
        double most = 0;
    };
    struct Memory { // the size of a scratchpad, held
        std::vector<Size> sizes;
        double deviation = 0;
        int points = 0;
    };
    struct Gpu { // its devices work and its processors do not
        double from = 0;
        double below = 0; // demand
        int points = 0;
    };
    struct PoolPort {
        std::set<std::int64_t> ports;
        int points = 0;
    };
    struct Refused {
        double packets = 0; // in the window
        int points = 0;
    };
    struct Words { // that memory holds: a scanner's holds them too, but does not talk to a pool
        int points = 0;
        int alone = 0;
    };
    struct Confidence { // how much each thing that can be read weighs
        int use = 0;
        int crowding = 0;
        int memory = 0;
        int traffic = 0;
        int flows = 0;
        int processes = 0;
    };

    Working working;
    Brief brief;
    Crowded crowded;
    Lasting lasting;
    Quiet quiet;
    LongFlow long_flow;
    Memory memory;
    Gpu gpu;
    PoolPort pool_port;
    Refused refused;
    Words pool_name;
    Words stratum;
    Confidence confidence;
};

// Takes its own tables out of the whole document.
Result<TermRules> term_rules_in(TableReader& root);

}
