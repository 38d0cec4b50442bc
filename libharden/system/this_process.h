#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace harden {

std::filesystem::path directory_of_this_program();
// "ann@laptop, process 4711": who runs this, for somebody else who has to wait for it.
std::string owner_of_this_process();
bool talks_to_a_terminal(); // standard error is one
// What standard output shows: nobody's eyes, a terminal's, or one's whose locale has all letters.
enum class Screen { None, Ascii, Unicode };
Screen screen();
// All of standard input; Malformed above 256 MiB.
Result<std::string> standard_input();
bool is_program(const std::filesystem::path& file);

// Turns this process into `program`; returns only why it could not. `arguments` begins with the
// name that the program shall see as its own.
Error become(const std::filesystem::path& program, const std::vector<std::string>& arguments);

}
