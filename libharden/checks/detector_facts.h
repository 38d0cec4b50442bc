#pragma once

#include "checks/facts.h"

#include <string>

namespace harden {

inline constexpr auto detector_cron_file = "/etc/cron.d/harden-detect-miners";
inline constexpr auto detector_timer = "harden-detect-miners.timer";
inline constexpr auto detector_program = "/usr/libexec/harden/detect-miners";

// What makes the detector run. For Facts::once.
struct DetectorSchedule {
    std::string by;                              // "cron" or "timer"; empty: nothing
    std::string defect;                          // why what is there has no effect
    std::chrono::system_clock::time_point since; // when it was set up
};
Result<DetectorSchedule> detector_schedule(const Facts& facts);

// A line of a cron.d file that runs `program` every few minutes.
bool runs_program(std::string_view cron_file, std::string_view program);

}
