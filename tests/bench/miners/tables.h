#pragma once

#include "tally.h"

namespace harden::offline {

void print_families(std::span<const Outcome> outcomes, std::span<const std::string> held_out);
// Whether every bar is met.
bool print_totals(std::string_view title, const Counts& counts);
void print_explanation(const Outcome& outcome);

}
