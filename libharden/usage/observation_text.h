#pragma once

#include "usage/observation.h"

namespace harden {

// One look as one line of JSON with its newline, as docs/detect-miners.md tells: what `--record`
// writes and `replay` reads. Of the labels only those named are told: the others are the tenants'.
std::string render_observation(const NodeObservation& seen, const std::vector<std::string>& labels);
// Absent members are unknown, further ones are skipped. Malformed: it is no such line.
Result<NodeObservation> parse_observation(std::string_view line);

}
