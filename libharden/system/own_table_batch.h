#pragma once

#include "egress/own_table.h"
#include "node/firewall.h"
#include "system/own_table_view.h"

namespace harden {

// Appends what makes the table that the kernel holds into the wanted one: only chains and sets
// that differ are written, and counters and what packets made stay wherever the objects do.
void write_own_table(NftBatch& batch, const OwnTable& wanted, const OwnTableView& is);
void delete_own_table(NftBatch& batch);

// How what the kernel holds differs from `wanted`.
std::vector<RuleDrift> difference(const OwnTable& wanted, const OwnTableView& is);

// The expressions of each rule, in order.
std::vector<std::string> expressions_of(const TableChain& chain);
bool is_same_chain(const TableChain& wanted, const ChainView& is); // but for its rules

}
