#pragma once

#include "steps/fleet_outcome.h"

namespace harden {

// schema harden.setup-nodes/1: {schema, nodes: [{node, state, canary, seconds, problem, hint,
// setup}], counts, exit}; `setup` is the host's own harden.setup/1, null where it came to no step.
std::string render_fleet_json(const std::vector<HostOutcome>& hosts);

// One host's end as an event, in one line: schema harden.setup.event/1 with `state`.
std::string render_host_event(const HostOutcome& host);
// The last event of all: counts and exit.
std::string render_fleet_event(const std::vector<HostOutcome>& hosts);

}
