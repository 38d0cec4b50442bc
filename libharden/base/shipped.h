#pragma once

#include <string_view>

namespace harden {

// The bytes of a file under rules/, daemonjson/ or cron/ as compiled in, so that a binary works
// with none of our files beside it. `name` is its path in the source tree ("rules/egress.toml");
// asking for a name that is not compiled in is a bug and ends the process.
std::string_view shipped(std::string_view name);

}
