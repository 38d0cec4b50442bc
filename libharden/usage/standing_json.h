#pragma once

#include "base/json_view.h"
#include "usage/miner_state.h"

namespace harden {

// Standings and totals as they stand in the state on disk. What is not as we write it is complained
// about in the document.
std::string render_standing(const Standing& standing);
Standing standing_in(const JsonView& row);

std::string render_totals(const Totals& totals);
Totals totals_in(const JsonView& row);

}
