#pragma once

#include "report/render.h"

#include <cstddef>

namespace harden {

struct Window {
    std::size_t rows = 0;
    std::size_t columns = 0;
};

// What a terminal shows of the hosts at work, redrawn as they go on.
struct HostAtWork {
    std::string node;
    std::string doing; // "[ 3/7] gvisor"
};
struct FleetProgress {
    std::vector<HostAtWork> at_work;
    std::size_t waiting = 0;
    std::size_t good = 0;
    std::size_t failed = 0;
};

// A line a host at work and one with the counts, none wider and all no higher than the window.
std::vector<std::string> progress_lines(const FleetProgress& progress, Window window,
                                        Colour colour);

}
