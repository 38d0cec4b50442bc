#pragma once

#include "judged.h"

namespace harden::offline {

// A share of a count, with the 95 % interval after Wilson.
struct Share {
    int part = 0;
    int of = 0;

    double value() const { return of > 0 ? static_cast<double>(part) / of : 0; }
    std::pair<double, double> interval() const;
};

// Both classes of traces, as some rule judged them.
struct Counts {
    int miners = 0;
    int hard = 0; // miners of whom a probe finds evidence
    int honest = 0;
    int caught = 0; // miners that are "miner"
    int caught_hard = 0;
    int wronged = 0;   // honest ones that are "miner"
    int confirmed = 0; // of those, twice in a row
    int ended = 0;     // of those, sure enough to be stopped or killed
    int suspected = 0; // miners that are "suspect" at least
    int annoyed = 0;   // honest ones that are
    int plain = 0;     // honest ones that do not look alike by nature
    int plain_annoyed = 0;
    int seed_caught = 0;
    int seed_wronged = 0;
    std::vector<double> minutes; // to "miner"
    std::vector<double> minutes_to_suspicion;

    void add(const Outcome& outcome);

    Share precision() const { return {caught, caught + wronged}; }
    Share recall() const { return {caught, miners}; }
    Share recall_of_hard() const { return {caught_hard, hard}; }
    Share suspicion() const { return {suspected, miners}; }
    Share false_alarms() const { return {annoyed, honest}; }
    Share plain_false_alarms() const { return {plain_annoyed, plain}; }
};

// Stuck loops, queue workers and training use processors and networks as miners do.
bool looks_alike(const Family& family);

struct Bar {
    std::string_view what;
    Share share;
    double bound = 0;
    bool is_upper = false;

    bool is_met() const { return is_upper ? share.value() <= bound : share.value() >= bound; }
    // Whether the bound is within the interval: a small sample says no more.
    bool may_be_met() const
    {
        const auto [low, high] = share.interval();
        return is_met() || (bound > 0 && (is_upper ? low <= bound : high >= bound));
    }
};
std::vector<Bar> bars(const Counts& counts);

}
