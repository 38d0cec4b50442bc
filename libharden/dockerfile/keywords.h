#pragma once

#include "dockerfile/dockerfile.h"

namespace harden {

// The keyword that BuildKit reads in a word, whose case it does not mind.
Keyword keyword_of(std::string_view word);

// `unknown instruction FORM, did you mean FROM?`
std::string unknown_instruction(std::string_view word);

}
