#pragma once

#include "node/host.h"

namespace harden {

// Runs a program found on PATH (plus the sbin directories) to its end, with its output captured
// and C as its language. NotFound where there is no such program, TimedOut where it was killed.
Result<Output> run_process(const Command& command, const CommandOptions& options);

// errno as an Error: ENOENT is NotFound, EACCES and EPERM are Denied, ENOSPC names its remedy.
Error errno_error(std::string_view what, int number);

}
