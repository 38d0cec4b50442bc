#pragma once

#include "dockerfile/dockerfile.h"

namespace harden {

// What stands after an instruction's keyword and flags.
struct Arguments {
    Keyword keyword = Keyword::Unknown;
    bool on_build = false;
    std::string_view body;
    bool is_exec = false;
    std::span<const ExecWord> words; // where it is
    char escape = '\\';
};

// Where what follows the first word of a HEALTHCHECK stands.
std::size_t healthcheck_command(std::string_view body);
bool is_healthcheck_none(std::string_view body); // whose flags nobody reads

struct ArgumentProblem {
    std::size_t at = 0; // in the body
    std::string message;
};

// The first thing that BuildKit refuses in them; it takes anything from RUN, CMD and ENTRYPOINT. Of
// a trigger it looks at the pairs alone.
std::optional<ArgumentProblem> argument_problem(const Arguments& arguments);

}
