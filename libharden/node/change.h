#pragma once

#include <string>
#include <vector>

namespace harden {

// One thing that a plan would do, or an apply did. `from` is empty where something is new,
// `to` where it goes away.
struct Change {
    std::string what; // "/etc/docker/daemon.json", "inet harden_egress: set deny_tcp", "run systemctl reload docker"
    std::string from;
    std::string to;
};
using Changes = std::vector<Change>;

}
