#pragma once

#include "dockerfile/dockerfile.h"

#include <string>

namespace harden::test {

// What was read of a Dockerfile, a line for each thing, so that a case stands beside its text:
//   1 ONBUILD RUN --mount=type=cache make     stage, keyword, flags, body
//   1 CMD [sh|-c|exit 1]                      the JSON form
//   1 COPY <<-E /x | -E{a\n}                  a heredoc; 'E' where it does not expand
//   1 ?FORM alpine                            an instruction that is none
//   !3:1 unknown instruction FORM             a problem
std::string rendered(std::string_view source);
std::string rendered(std::string_view source, const Dockerfile& file);

}
