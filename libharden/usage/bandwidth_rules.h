#pragma once

#include "base/settings.h"

namespace harden {

// How much of the network is too much. A limit of 0 is none.
struct BandwidthRules {
    struct Day { // bytes in the last 24 hours
        double sent = 0;
        double received = 0;
    };
    struct Rate { // bytes a second, in so many intervals one after the other
        double sent = 0;
        int intervals = 0;
    };
    struct Flood {           // many small packets that nobody answers
        double packets = 0;  // sent a second
        double size = 0;     // bytes at most, on average
        double answered = 0; // share of them at which it is a conversation
    };
    struct Ratio { // uploads far more than it downloads
        double sent_to_received = 0;
        double sent = 0; // bytes at least, in the last 24 hours
    };

    Day day;
    Rate rate;
    Flood flood;
    Ratio ratio;
};

Result<BandwidthRules> bandwidth_rules_in(TableReader table);

}
