#pragma once

#include "egress/container_control.h"
#include "node/node.h"

namespace harden {

// The containers that run and have a policy, where they are in the network now.
struct ContainerPlanning {
    ContainerPlan plan;
    std::vector<std::string> uncovered; // sentences: what the policy does not reach, and why
};
Result<ContainerPlanning> plan_containers(const Node& node, const ContainerControl& control);

// How the kernel differs; empty: as the policies say. Docker is not asked where there is none.
Result<Changes> container_difference(const Node& node, const ContainerControl& control);

struct Reconciled {
    Changes changes;
    std::vector<std::string> uncovered;
};
// Makes the kernel what the recorded policies say, whatever has happened to it or the containers.
Result<Reconciled> reconcile_containers(Node& node, ContainerControl& control);

// The one container that `words` means: its name, or enough of its id.
Result<std::string> container_named(const Node& node, const std::string& word);

// Unsupported: that container runs on no network on which a policy could reach it.
Result<> can_be_covered(const Node& node, const ContainerControl& control, const std::string& id);

std::string link_local_address(std::string_view hardware_address); // "fe80::42:acff:fe11:2"

}
