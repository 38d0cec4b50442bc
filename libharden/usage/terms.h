#pragma once

#include "usage/score.h"

namespace harden {

// One container as the terms look at it.
struct Suspicion {
    const Track& track;
    const Observation& now;
    const MinerRules& rules;

    std::span<const Interval> window() const;
    bool is_working() const; // as a miner must: now or in the mean of the window
    bool is_quiet() const;   // works and says little, but not nothing
    bool is_brief() const;   // has not worked for long
};

// Signs of use: what a container does, whatever it is. They convict nobody.
std::vector<Term> terms_of_use(const Suspicion& of);
// Signs of what it is.
std::vector<Term> terms_of_evidence(const Suspicion& of);

}
