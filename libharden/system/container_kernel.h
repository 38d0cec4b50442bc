#pragma once

#include "egress/container_control.h"

#include <memory>

namespace harden {

// Of this network namespace and of those of the containers.
std::unique_ptr<ContainerControl> container_kernel();

}
