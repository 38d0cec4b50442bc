#pragma once

namespace harden {

inline constexpr auto inbound_table = "harden_firewall"; // of the family inet
// The table as it was last applied; what the kernel is given at every boot.
inline constexpr auto recorded_table_file = "/var/lib/harden/firewall.nft";

}
