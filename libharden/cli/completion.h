#pragma once

#include "cli/tool.h"

#include <span>
#include <string>

namespace harden {

// What may come next on a tool's command line, for shells: a candidate a line, a tab, its help.
// `typed` is what stands after the tool's name, and its last word has been begun, perhaps with no
// letter yet. The line ":file" says that the name of a file may stand there.
std::string completions(const Tool& tool, std::span<const std::string> typed);

}
