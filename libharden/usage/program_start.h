#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace harden {

// What a program was started with, each ended by a zero byte, as in /proc/PID/cmdline and environ.
struct ProgramStart {
    std::string command;
    std::string environment;
};

// Finds it where the kernel puts it for a new program: at the end of its first stack. `memory`
// begins at `address`, a multiple of 8. It is the program's own memory, so a program can write
// something else there, as it can under any kernel.
std::optional<ProgramStart> program_start_in(std::string_view memory, std::uint64_t address);

}
