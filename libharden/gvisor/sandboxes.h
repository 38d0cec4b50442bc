#pragma once

#include "node/node.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace harden {

// Which of our releases each process runs from, whatever the link says by now.
Result<std::map<int, std::string>> processes_of_gvisor(const Host& host);
std::set<std::string> releases_in_use(const std::map<int, std::string>& processes);

// A running container in a sandbox of a release, by its name as the tenant wrote it.
struct Sandbox {
    std::string container;
    std::string release;
    std::vector<std::string> networks;
};
Result<std::vector<Sandbox>> sandboxes(const Node& node);

}
