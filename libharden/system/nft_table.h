#pragma once

#include "egress/own_table.h"
#include "node/firewall.h"

#include <optional>

namespace harden {

// Our own table, inet harden_egress, in the network namespace of the calling thread.
class NftTable {
public:
    Result<std::vector<RuleDrift>> difference(const Ruleset& wanted) const;
    Result<std::vector<RuleHits>> hits() const;
    Result<std::vector<SourceHits>> hits_by_source() const;
    Result<> replace(const Ruleset& wanted); // writes nothing where nothing differs
    Result<> remove();
};

}
