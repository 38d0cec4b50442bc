#pragma once

#include <map>
#include <string>
#include <string_view>

namespace harden {

// Where the controllers are mounted: name to path; "unified" is version 2's hierarchy.
using CgroupMounts = std::map<std::string, std::string, std::less<>>;
CgroupMounts parse_cgroup_mounts(std::string_view mounts); // /proc/self/mounts

// A process's places: controller to path below its mount; "unified" for the line of version 2.
std::map<std::string, std::string, std::less<>> parse_process_cgroups(std::string_view text);

}
