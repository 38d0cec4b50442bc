#pragma once

#include "dockerfile/dockerfile.h"

namespace harden {

enum class ExecForm { No, Words, NotStrings };

// Reads a JSON array of strings and appends them; their ranges are counted from `offset`. What is
// no JSON is the shell form; an array of anything else is what BuildKit refuses.
ExecForm read_exec_form(std::string_view text, std::uint32_t offset, std::vector<ExecWord>& words);

}
