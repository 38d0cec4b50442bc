#pragma once

namespace harden {

// What keeps the policy in force: puts it in place at boot, and back when it goes.
inline constexpr auto egress_boot_unit = "harden-egress.service";
inline constexpr auto egress_watch_unit = "harden-egress-watch.service";

}
