#pragma once

#include "usage/look.h"

namespace harden {

// Why a container is judged as it is, in sentences: what was measured, what each term says, what
// is missing to a higher verdict, what could not be read, and what was done.
std::string explain(const Sighting& sighting, const Track& track, const MinerRules& rules);
// The same of one that is gone, from what is remembered.
std::string explain_departed(std::string_view id, const Track& track);

// The whole ids of those whom a person may mean: an id's beginning, or a name.
std::vector<std::string> ids_meant(const MinerState& state, std::string_view words);

}
