#pragma once

#include "steps/provision.h"

namespace harden {

// "Debian GNU/Linux 12 (bookworm), amd64, Docker 20.10.24; profile baseline", and who else manages
// what we manage.
std::string facts_line(const NodeFacts& facts, std::string_view profile);

// "[ 1/7] egress     " and then "done  4 changes   1.4 s".
std::string step_heading(std::size_t number, std::size_t total, std::string_view name);
std::string step_ending(const StepReport& step);

// "1.4 s"
std::string seconds_of(std::chrono::milliseconds time);
// "1 change", "4 changes"
std::string count_of(std::size_t number, std::string_view thing);

// A plan's changes below their step.
std::string step_changes(const StepReport& step);

// A node's name as part of a file's name.
std::string file_name_for(std::string_view node);

// The closing sentence: how it ended and what to do next.
std::string closing_sentence(const ProvisionOutcome& outcome, std::string_view node, bool dry_run);

}
