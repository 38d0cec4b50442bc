#pragma once

#include "egress/container_control.h"

namespace harden {

// The cables from bridges of this network namespace into the one of that process. Unsupported: it
// is the same namespace.
Result<std::vector<ContainerLink>> container_links(int process);

}
