#pragma once

#include "node/host.h"
#include "node/ruleset.h"

namespace harden {

// The scripts themselves: those in root's home, and what the crontabs run under one of their
// names. A file of such a name that does not do such a thing is somebody else's.
Result<std::vector<Path>> scripts_on(const Host& host);

// Takes the lines away that run them, by cron and at the boot. A line that does more stays.
Result<> strip_what_runs_scripts(Host& host, const Ruleset& policy);

// Takes their rules, and what was frozen with them, out of what netfilter-persistent loads at boot.
Result<> strip_saved_rules(Host& host, const Ruleset& policy);

// "FILE:LINE" of each line that runs one of them and more, and so stays.
std::vector<std::string> lines_that_stay(const Host& host);

}
