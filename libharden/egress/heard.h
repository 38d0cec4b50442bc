#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace harden {

// Who wrote to the packet filter, as the kernel names it. Anybody can call itself anything:
// escape before printing.
struct Writer {
    std::string name;          // as in /proc/PID/comm
    std::uint32_t process = 0; // as the machine's first process namespace numbers it
    bool operator==(const Writer&) const = default;
};

// What has happened since the last time, of all that a kept policy depends on.
struct Heard {
    bool rules = false;    // somebody wrote where ours stand, or it could not be told
    bool inbound = false;  // likewise for the table of the host firewall
    bool networks = false; // a bridge has come or gone
    bool docker = false;   // a container or network has, as Docker says; or Docker itself has gone
    std::vector<Writer> writers;
};

}
