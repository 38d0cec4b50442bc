#pragma once

#include "usage/day_line.h"
#include "usage/look.h"

namespace harden {

// The lines of the log, each one JSON object with its newline: one for every container that is not
// ok, one for every group of nobody's that is not ok or was not measured before, then one for the
// look itself.
std::vector<std::string> miner_records(const Look& look);
// One container of it: an object, without the newline.
std::string container_record(const Sighting& sighting, const Look& look);
// The line of a look that failed.
std::string failed_look_record(std::string_view time, const Error& error);

// Every container of a look, one JSON object a line.
std::string render_json(const Look& look);
// A table for people.
std::string render_text(const Look& look);
// The same from what is remembered, without looking.
std::string render_text(const MinerState& state);
// For a terminal: with a line of each container's last 24 hours.
std::string render_screen(const MinerState& state, Letters letters);
std::string render_json(const MinerState& state);

}
