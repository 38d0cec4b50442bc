#pragma once

#include "checks/facts.h"
#include "checks/mount_table.h"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace harden {

struct UnitState {
    std::string active; // "active", "inactive", …
    std::string file;   // "enabled", "masked", …; empty where there is none
};
// Every unit that the checks of the host ask for, of one `systemctl show`; for Facts::once.
using Units = std::map<std::string, UnitState, std::less<>>;
Result<Units> shown_units(const Facts& facts);
Units parse_units(std::string_view shown);
// The value of one "Name=value" line of `systemctl show`; empty where there is none.
std::string unit_property(std::string_view shown, std::string_view name);
bool is_active(const Units& units, std::string_view unit);

struct System {
    std::string name;    // "debian"
    std::string version; // "12"; empty on a rolling release
    std::string title;   // "Debian GNU/Linux 12 (bookworm)"
};
Result<System> system_release(const Facts& facts); // for Facts::once

// Whether systemd knows this machine for a container, whose kernel is somebody else's.
Result<bool> is_container(const Facts& facts); // for Facts::once
Result<bool> has_security_files(const Host& host);

struct Room {
    Path place;
    double free_blocks = 0; // percent
    double free_inodes = 0; // percent; 100 where the file system has no such limit
};
// Where containers and the system lie, of one `df`; for Facts::once.
Result<std::vector<Room>> rooms(const Facts& facts);
std::vector<Room> parse_rooms(std::string_view shown);

// Of the node itself; for Facts::once.
Result<std::vector<MountRow>> mounts(const Facts& facts);

// Directories that hold what containers write: Docker's own and containerd's.
Result<std::vector<Path>> container_places(const Facts& facts); // for Facts::once

std::string days_text(std::chrono::system_clock::duration time);

}
