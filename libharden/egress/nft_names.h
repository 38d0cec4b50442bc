#pragma once

#include "node/ruleset.h"

#include <string>
#include <utility>
#include <vector>

namespace harden {

// The objects of our own table by name, each with its definition as nft writes it.
struct TableObjects {
    using Named = std::vector<std::pair<std::string, std::string>>;
    Named sets;
    Named maps;
    Named chains; // a hook, or empty
    std::vector<std::string> counters;
};
TableObjects table_objects(const Ruleset& ruleset);

// Metadata first, then the groups, then the node's own services; those that close something.
std::vector<const RefusedGroup*> groups_of(const Ruleset& ruleset);

bool has_ports(const RefusedGroup& group);
bool has_addresses(const RefusedGroup& group);
// Groups of ports alone share one map; the others are looked up by themselves.
bool has_own_port_sets(const RefusedGroup& group, const Ruleset& ruleset);
std::string chain_of(const RefusedGroup& group);
// An address of that family is allowed in spite of the groups.
bool has_allowed(const Ruleset& ruleset, bool is_v6);

}
