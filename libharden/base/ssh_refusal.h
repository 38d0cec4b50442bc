#pragma once

#include <string_view>

namespace harden {

// What OpenSSH since 9.8 says in place of a greeting to an address that it holds to account for
// failed logins, or for connections without one (sshd.c, PerSourcePenalties); and what to do then.
inline constexpr std::string_view ssh_turned_away = "Not allowed at this time";
inline constexpr std::string_view ssh_turned_away_hint =
    "sshd turns this address away for a while, as after failed logins: wait a minute and try again "
    "(PerSourcePenalties in sshd_config)";

}
