#pragma once

#include "checks/facts.h"

#include <vector>

namespace harden {

// For Facts::once.
Result<DockerInfo> docker_info(const Facts& facts);
Result<std::vector<Container>> listed_containers(const Facts& facts);
Result<std::vector<ContainerDetails>> inspected_containers(const Facts& facts);
Result<std::vector<DockerNetwork>> docker_networks(const Facts& facts);

// The running daemon's process id.
Result<int> daemon_pid(const Facts& facts);

}
