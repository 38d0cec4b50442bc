#pragma once

#include "node/container_actions.h"

#include <memory>

namespace harden {

// The Docker Engine behind a unix socket; `docker_host` as docker_socket() takes it. Nothing is
// opened before the first call.
std::unique_ptr<ContainerActions> docker_actions(std::string docker_host = {});

}
