#pragma once

#include "cli/tool.h"

#include <string>
#include <string_view>

namespace harden {

// The tool's page of section 1, as roff, from the same table that --help is made of.
std::string manual_page(const Tool& tool, std::string_view version);

}
