#pragma once

#include "checks/facts.h"
#include "usage/miner_state.h"
#include "usage/schedule.h"

#include <string>

namespace harden {

// What makes the detector run. For Facts::once.
struct DetectorSchedule {
    std::string by;                              // "cron" or "timer"; empty: nothing
    std::string defect;                          // why what is there has no effect
    std::chrono::system_clock::time_point since; // when it was set up
};
Result<DetectorSchedule> detector_schedule(const Facts& facts);
// What it remembers of its last look. For Facts::once.
Result<MinerState> detector_state(const Facts& facts);

// A line of a cron.d file that runs `program` every few minutes.
bool runs_program(std::string_view cron_file, std::string_view program);

}
