#pragma once

#include "checks/canary_facts.h"

namespace harden {

// The first process of a container that runs, as /proc and its control groups show it.
CanaryFromOutside seen_from_outside(const Host& host, const ContainerDetails& details);

// One more sample of the one that burns, as the miner detector takes it.
void look_at_burner(const Facts& facts, const ContainerDetails& details, SeenBurner& burner);

}
