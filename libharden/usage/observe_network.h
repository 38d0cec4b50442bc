#pragma once

#include "node/host.h"
#include "node/meters.h"
#include "usage/observation.h"

namespace harden {

// Adds what the containers of a look do on networks. What could not be asked stands in its
// problems.
void observe_network(const Host& host, const Meters& meters, NodeObservation& seen);

}
