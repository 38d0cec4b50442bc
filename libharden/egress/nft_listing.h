#pragma once

#include "node/firewall.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// One object of a table as nft lists it: what defines it, and its rules or elements.
struct NftObject {
    std::string definition;
    std::vector<std::string> contents;
};

// Objects by kind and name: "chain forward", "set container_if". What packets make (counters,
// elements of dynamic sets) is left out.
using NftListing = std::map<std::string, NftObject, std::less<>>;

NftListing parse_nft_listing(std::string_view text);

// Empty: `is` holds exactly what `wanted` holds.
std::vector<RuleDrift> difference(const NftListing& is, const NftListing& wanted);
// Only contents differ, so that the table can be refilled and keep its state.
bool has_same_objects(const NftListing& is, const NftListing& wanted);

// Named counters as hits of groups.
std::vector<RuleHits> counted_hits(std::string_view listing);

}
