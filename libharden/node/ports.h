#pragma once

#include "base/result.h"
#include "node/ruleset.h"

#include <string>
#include <string_view>
#include <vector>

namespace harden {

// "25" or "6660-6669", each from 1 to 65535.
Result<PortRange> parse_ports(std::string_view text);
std::string to_text(const PortRange& range);

// Sorted, with no port twice. Neighbours stay apart, so that a port listed alone is shown alone.
std::vector<PortRange> disjoint(std::vector<PortRange> ranges);
// `ranges` less `taken`; both disjoint.
std::vector<PortRange> without(const std::vector<PortRange>& ranges,
                               const std::vector<PortRange>& taken);

}
