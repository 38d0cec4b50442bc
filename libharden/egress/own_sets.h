#pragma once

#include "egress/own_table.h"

#include <vector>

namespace harden {

// The sets and maps of our own table, filled.
Result<std::vector<TableSet>> own_sets(const Ruleset& ruleset);

}
