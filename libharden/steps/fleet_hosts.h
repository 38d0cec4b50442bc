#pragma once

#include "base/result.h"

#include <vector>

namespace harden {

// A host as its operator names it: [USER@]HOST[:PORT], an IPv6 address with a port in brackets.
struct FleetHost {
    std::string destination; // for ssh: [USER@]HOST
    int port = 0;            // 0: as ssh_config says
    std::string node;        // HOST, with the port where one was named
    std::string origin;      // where it was named: "hosts:3", "argument 2"
};

// What ssh knows as ssh://… stays as it is.
Result<FleetHost> parse_host(std::string_view text, std::string_view origin);

// One a line; what follows a # is for people, empty lines too.
Result<std::vector<FleetHost>> parse_host_list(std::string_view text, std::string_view file);

// Nothing is worked on twice at the same time.
Result<> check_named_once(const std::vector<FleetHost>& hosts);

}
