#pragma once

#include "checks/check.h"

namespace harden {

inline constexpr auto verify_record_file = "/var/lib/harden/verify.json";
inline constexpr auto verify_timer = "harden-verify.timer";

// Rows of detector.cpp that are about what keeps a node watched.
Result<Outcome> alerts_are_delivered(const Facts& facts);
Result<Outcome> verified_recently(const Facts& facts);
Result<Outcome> monitoring_is_connected(const Facts& facts);
Result<Outcome> rollback_is_possible(const Facts& facts);

// "3 h", "12 min".
std::string age_text(std::chrono::system_clock::duration age);

// Sockets that a program listens on, by path, from /proc/net/unix.
std::vector<std::string> listening_sockets_in(std::string_view unix_table);

}
