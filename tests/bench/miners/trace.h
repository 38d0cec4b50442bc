#pragma once

#include "families.h"

#include <map>

namespace harden::offline {

// One look of a trace: what an observer would hand to a judge, and what a probe would find.
struct Glance {
    int number = 0; // five minutes each; those that nobody took are missing
    NodeObservation node;
    std::map<std::string, Evidence, std::less<>> evidence; // by a container's id
    double percent_of_core = 0; // at this instant, as a sampler would have it
};

// One workload over hours of looks on one node, with whatever happened to the node meanwhile.
struct Trace {
    const Family* family = nullptr;
    bool has_hard_evidence = false; // a probe can find it for an hour at least
    int begins = 0;                 // number of the look at which it first works
    std::string name;
    std::vector<Glance> glances;
};

// The same trace for the same family and seed.
Trace make_trace(const Family& family, std::uint64_t seed);

}
