#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace harden {

// One thing that a plan would do, or an apply did. `from` is empty where something is new,
// `to` where it goes away.
struct Change {
    std::string what; // "/etc/docker/daemon.json", "inet harden_egress: set deny_tcp", "run
                      // systemctl reload docker"
    std::string from;
    std::string to;
};
using Changes = std::vector<Change>;

// A file's contents as a change shows them: "a binary of N bytes" for what no page can hold.
std::string contents_for_change(std::string_view contents);

}
