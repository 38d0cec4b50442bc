#pragma once

#include "egress/container_plan.h"
#include "steps/step.h"

namespace harden {

// One container's network policy: its record, the kernel as the records say, and the DNS proxy
// where a container needs it. `program` is what brings the kernel there, also after an undo.
Step container_step(const ContainerControl& control, const ContainerPolicy& wanted,
                    const std::string& program);
Step container_removal_step(const ContainerControl& control, const std::string& id,
                            const std::string& program);

// The kernel as the records say, and nobody else at it meanwhile. NotFound: Docker does not run.
Result<Reconciled> restore_containers(Node& node, ContainerControl& control);

}
