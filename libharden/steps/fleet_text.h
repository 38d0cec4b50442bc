#pragma once

#include "report/render.h"
#include "steps/fleet_outcome.h"

namespace harden {

// Each line of `text` with the host in front.
std::string with_host(std::string_view node, std::string_view text);

// A state as `state_of` says it.
std::string painted(std::string_view state, Colour colour);

// How a host ended, in a line of its own: "provisioned  5 done, 2 as wanted …   31.2 s".
std::string host_ending(const HostOutcome& host, Colour colour);

// A line a host: its state, its time, and what there is to say; what the verification found
// below it.
std::string overall_table(const std::vector<HostOutcome>& hosts, Colour colour);

struct FleetClosing {
    std::string_view files; // of the reports; empty: none
    std::chrono::milliseconds took{};
};
// "10 hosts: 7 provisioned, 1 failed, 2 not-started", the files, "done in 43.1 s, exit 2".
std::string closing_lines(const std::vector<HostOutcome>& hosts, const FleetClosing& closing);

// "the canary: node1", "batch 2 of 3: node2, node3"
std::string wave_line(const std::vector<Wave>& waves, std::size_t number,
                      const std::vector<std::string>& nodes);

}
