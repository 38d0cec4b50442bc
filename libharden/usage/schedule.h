#pragma once

#include "node/host.h"

namespace harden {

// Where the detector and what starts it are on a node.
inline constexpr auto detector_program = "/usr/libexec/harden/detect-miners";
inline constexpr auto detector_cron_file = "/etc/cron.d/harden-detect-miners";
inline constexpr auto detector_rotation_file = "/etc/logrotate.d/harden-detect-miners";
inline constexpr auto detector_service = "harden-detect-miners.service";
inline constexpr auto detector_timer = "harden-detect-miners.timer";

// A cron daemon that reads /etc/cron.d is among the processes.
Result<bool> cron_runs(const Host& host);

}
