#pragma once

#include "egress/container_control.h"

namespace harden {

// An error where something of it can stand in no rule.
Result<> writable(const PlacedLink& link);

// The netdev table: a chain a cable, which lets through only what Docker gave its container as a
// sender. Every text in `plan` is writable.
std::string ingress_table(const ContainerPlan& plan);

}
