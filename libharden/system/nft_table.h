#pragma once

#include "egress/nft_listing.h"
#include "node/ruleset.h"

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

private:
    Result<NftListing> rehearsed(const Ruleset& wanted) const;

    // What the last rehearsal gave: the difference and the change that follows it need it once.
    mutable std::optional<std::pair<Ruleset, NftListing>> rehearsal_;
};

}
