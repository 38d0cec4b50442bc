#pragma once

#include "checks/facts.h"

namespace harden {

// For Facts::once: packets to the metadata service, to the first port of each range that the
// policy closes, and to the web as the control, over IPv4 and IPv6.
Result<std::vector<PacketAnswer>> packet_answers(const Facts& facts);

// Whether the kernel passes IPv6 packets on at all. For Facts::once.
Result<bool> forwards_ipv6(const Facts& facts);

bool is_v6(const PacketQuestion& question);
std::string to_text(const PacketQuestion& question); // "203.0.113.10:25"

}
