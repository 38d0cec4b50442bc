#pragma once

namespace harden {

inline constexpr auto inbound_table = "harden_firewall"; // of the family inet

}
