#pragma once

#include "steps/step.h"

namespace harden {

// Runs detect-miners every five minutes: by cron where a cron daemon runs, else by a systemd
// timer, never by both. Looks once, so that the first interval begins now.
Step detector_step();

// Takes the schedule away again; what was logged and remembered stays.
Step detector_removal();

}
