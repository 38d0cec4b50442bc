#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>

namespace faults {

// Where a program meets the machine so that it can fail or be killed there.
enum class Kind { Create, Write, Sync, Rename, Link, Remove, Directory, Owner, Command, Firewall };
const char* name_of(Kind kind);

struct Point {
    Kind kind = Kind::Write;
    std::string call; // "renameat2"
    std::string what; // the path, the command or the protocol
};

struct Call {
    std::uint64_t number = 0;
    std::uint64_t arguments[6] = {};
};

// The call that `process` is about to make, where it is a point.
std::optional<Point> point_of(pid_t process, const Call& call);

}
