#pragma once

#include "checks/facts.h"

#include <string>
#include <vector>

namespace harden {

struct Mount {
    std::string device; // "254:0"
    Path place;
    std::vector<std::string> options; // of the mount: "rw", "nosuid", …
    std::string type;
    std::string source;
    std::vector<std::string> inner; // of the file system: "prjquota", …
};
std::vector<Mount> parse_mounts(std::string_view mountinfo);
Result<std::vector<Mount>> mounts(const Facts& facts); // for Facts::once

// The mount that a path lies on.
const Mount* mount_of(const std::vector<Mount>& mounts, const Path& path);
bool has_option(const std::vector<std::string>& options, std::string_view option);

}
