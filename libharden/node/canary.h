#pragma once

#include "node/docker.h"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace harden {

inline constexpr std::uint16_t canary_port = 61998; // where one canary listens for the others

// A container of the probe's own, and what the canary program is to do in it.
struct CanaryOrder {
    std::string name;              // tells it from the others of a round
    std::vector<std::string> task; // "@NAME" becomes the address of another one
    std::string runtime{};         // empty: the daemon's default
    std::string network = "bridge";
    std::int64_t memory = 0; // bytes, swap included; 0: no limit
    std::int64_t pids = 0;
    std::int64_t nano_cpus = 0;
    bool serves = false; // until the others have ended
    // Called while it runs, once it is ready, from a thread of its own: as often, so far apart.
    std::function<void(const ContainerDetails&)> visit{};
    int visits = 1;
    std::chrono::milliseconds between_visits{0};
};

// What became of one.
struct CanarySighting {
    std::string answer; // what it wrote, bounded
    std::string address;
    std::string problem; // why it did not run to its end; safe to print
    int status = -1;     // of its end
    bool was_out_of_memory = false;
    bool answers_the_node = false; // of one that serves: its port, asked from the node itself
};

// Starts all of them and returns what became of each, in the same order, when every trace is
// gone. Nothing is pulled, and nothing is left behind either when the process is killed.
using CanaryProbe =
    std::function<Result<std::vector<CanarySighting>>(const std::vector<CanaryOrder>& orders)>;

// POST /containers/create. `task` is the order's, with addresses.
std::string canary_request(const CanaryOrder& order, const std::vector<std::string>& task,
                           std::string_view image, std::string_view label);

}
