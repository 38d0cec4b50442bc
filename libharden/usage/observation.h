#pragma once

#include "node/docker.h"
#include "usage/counters.h"
#include "usage/evidence.h"

#include <chrono>

namespace harden {

// What a container sent and received, from its own side, since its interfaces were made.
struct Traffic {
    std::uint64_t links = 0; // tells one set of interfaces from another
    std::uint64_t sent_bytes = 0;
    std::uint64_t received_bytes = 0;
    std::uint64_t sent_packets = 0;
    std::uint64_t received_packets = 0;
};

// One connection that a container has opened.
struct Flow {
    std::string protocol;   // "tcp", "udp"
    std::uint16_t port = 0; // its own
    std::string remote;
    std::uint16_t remote_port = 0;
    bool answered = false;
    bool established = false;
    bool operator==(const Flow&) const = default;
};

// What a container does on GPUs at this moment.
struct GpuUse {
    std::optional<double> busy; // sum over devices
    std::uint64_t memory_bytes = 0;
};

// One container as one look saw it, before anything is thought of it. What could not be read is
// absent, never zero.
struct Observation {
    Container container;
    std::string runtime;     // empty: nobody asked
    std::uint64_t inode = 0; // of the control group that counts; 0: its groups were not found
    int first_process = 0;   // on the host; 0: unknown
    Path group;              // the directory that counts; empty: not found, or a recording
    // Of its first process, since boot. Asked only where a life begins.
    std::optional<std::chrono::nanoseconds> started;
    Counters counters;
    std::optional<Traffic> traffic;
    std::optional<std::vector<Flow>> flows;
    std::optional<std::uint64_t>
        refused;                      // packets that the egress policy refused it in the last day
    std::optional<GpuUse> gpu;        // absent also where the node has no GPU
    std::optional<Evidence> evidence; // absent where nobody looked for it
};

// A control group that uses processors and belongs to no container of this Docker: a build step,
// another daemon's container, or something hidden.
struct UnownedGroup {
    std::string path; // below the hierarchy's mount; anybody's words: escape before printing
    bool is_build = false;
    std::uint64_t inode = 0;
    int first_process = 0; // on the host; 0: unknown
    Path group;            // the directory that counts; empty: a recording
    std::optional<std::chrono::nanoseconds> started;
    Counters counters;
};

// All that one look saw of a node: what `replay` reads, line by line.
struct NodeObservation {
    std::string boot;
    std::chrono::system_clock::time_point wall;
    std::chrono::nanoseconds since_boot{}; // also while suspended
    std::vector<Observation> containers;
    std::vector<UnownedGroup> unowned;
    std::vector<std::string> problems; // what could not be asked, as sentences
};

}
