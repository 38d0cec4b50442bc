#pragma once

#include "egress/policy.h"

namespace harden {

// Parts of the policy's document: "allow" of a table, the tables "networks" and "labels", and the
// table "host_network".
Result<std::vector<AllowedDestination>> read_allow(TableReader& table);
Result<> read_exceptions(TableReader& document, EgressPolicy& policy);
Result<> read_host_network(TableReader& document, EgressPolicy& policy);

}
