#pragma once

#include "node/docker.h"
#include "usage/counters.h"
#include "usage/miner_rules.h"

namespace harden {

// What gives a miner away, by how much it proves.
enum class SignKind {
    Program,  // a miner's name, arguments or wallet
    PoolPort, // a connection to a port that pools use
    PoolName, // the name of a pool
    Stratum,  // a miner's words to a pool
};

struct Sign {
    SignKind kind = SignKind::Program;
    std::string what; // "argument stratum+tcp://": our words, never the tenant's
    bool operator==(const Sign&) const = default;
};

// What a container's processes, memory and image say of themselves.
struct Evidence {
    bool has_argv = false;   // whether the host can see its processes' arguments
    bool has_memory = false; // whether their memory was read
    std::vector<Sign> seen;
    std::string runtime; // as Docker names it; empty: nobody asked

    void add(std::vector<Sign> signs); // each once
};

bool has_sign(const Evidence& evidence, SignKind kind);

// What one command line gives away; `command` as in /proc/PID/cmdline, arguments ended by zeros.
std::vector<Sign> evidence_in_command(std::string_view command, const MinerRules::Evidence& rules);
// What a program calls itself, or its file is called.
std::vector<Sign> evidence_in_name(std::string_view name, const MinerRules::Evidence& rules);
// As in /proc/PID/environ. A wallet alone is anybody's who is paid; beside a pool it is a miner's.
std::vector<Sign> evidence_in_environment(std::string_view environment,
                                          const MinerRules::Evidence& rules);
std::vector<Sign> evidence_in_image(std::string_view image, const MinerRules::Evidence& rules);

// Whether the host's kernel runs the processes of a container with this runtime, and so shows them.
bool shows_processes(std::string_view runtime);

}
