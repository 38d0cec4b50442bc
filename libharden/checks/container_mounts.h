#pragma once

#include "checks/container_facts.h"

namespace harden {

// Where the host has what a container sees at this mount: by the kernel's own table, so that links,
// bind mounts and volumes of somebody's making are seen through; for a container in a sandbox, by
// what it was made with.
Result<std::vector<std::string>> places_of(const Host& host, const RunningContainers& all,
                                           const RunningContainer& container,
                                           const ContainerMount& mount);

// The path without links on the way; a part that does not exist stays as it is written.
std::string resolved(const Host& host, std::string_view path);

// Where this container has one of these sockets of the host; empty where it has none.
Result<std::string> socket_in(const Host& host, const RunningContainers& all,
                              const RunningContainer& container,
                              const std::vector<std::string>& sockets);

}
