#pragma once

#include "node/host.h"

#include <optional>
#include <string>

namespace harden {

// What lets somebody else than root decide what is at this path; none where nothing does. Links are
// followed. A file that does not exist is judged by the directory it would be in.
Result<std::optional<std::string>> foreign_hold(const Host& host, const Path& program);

// A name that people cannot write who are not root, by its own owner and mode.
bool is_roots_alone(const FileStatus& status);

}
