#pragma once

#include "base/result.h"
#include "node/host.h"

#include <string>
#include <vector>

namespace harden {

// The TCP addresses that this process listens on, "127.0.0.1:9323", "[::]:2375".
Result<std::vector<std::string>> listening_addresses(const Host& host, int pid);

// The unix sockets that this process listens on, by path.
Result<std::vector<std::string>> listening_paths(const Host& host, int pid);

bool is_own_address(std::string_view address); // of the loopback interface, with its port

// One row of /proc/net/tcp or tcp6 as an address; the two write it as words of the machine.
std::string listening_address(std::string_view hexadecimal);

// Swarm's own ports, which authenticate each other.
bool is_swarm_port(std::string_view address);

// How many docker-proxy processes run.
Result<int> proxy_processes(const Host& host);

}
