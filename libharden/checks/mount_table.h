#pragma once

#include "node/host_paths.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// One row of /proc/PID/mountinfo.
struct MountRow {
    std::string device;               // "0:23"
    std::string root;                 // what of that file system is mounted
    std::string place;                // where, as the process sees it
    std::string type;                 // "ext4", "tmpfs"
    std::string source;               // "/dev/sda1"
    std::vector<std::string> options; // of this mount, and of the file system
    bool read_only = false;
    bool shared = false; // mounts made here appear where it came from
};
std::vector<MountRow> parse_mount_table(std::string_view mountinfo);

// What stands at exactly this place: the last one mounted there.
const MountRow* mount_at(const std::vector<MountRow>& rows, std::string_view place);

// What a path lies on: of mounts on one place the later one is seen.
const MountRow* mount_of(const std::vector<MountRow>& rows, std::string_view path);

bool has_option(const MountRow& row, std::string_view option);
// "1024k" of "size=1024k".
std::optional<std::string> option_value(const MountRow& row, std::string_view name);

// Where the host, whose mounts these are, has what a row of somebody else's shows.
std::vector<std::string> places_on_host(const std::vector<MountRow>& host, const MountRow& row);

}
