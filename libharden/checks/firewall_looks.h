#pragma once

#include "checks/check.h"

// How the rows of host_firewall.cpp find out.
namespace harden {

// Which families are denied what no rule names, and by which chains.
struct Denial {
    std::vector<std::string> by;   // "IPv4 by ip filter INPUT"
    std::vector<std::string> open; // "IPv6"
};
Denial denial_of(const std::vector<InboundChain>& chains);

Result<Outcome> only_allowed_listen(const Facts& facts);
Result<Outcome> published_ports_obey(const Facts& facts);
Result<Outcome> one_manager(const Facts& facts);
Result<Outcome> persistent(const Facts& facts);
Result<Outcome> operator_passes(const Facts& facts);
Result<Outcome> forwards_for_bridges(const Facts& facts);

}
