#pragma once

#include "checks/check.h"

namespace harden {

// What a check is about, for somebody who wants to know: why it is asked, how, and what mends it.
std::string explained(const Check& check);

// A line a check, in the order of the report.
std::string render_list_text(const std::vector<Check>& checks);
// schema harden.checks/1: {schema, checks: [{id, group, title, severity, level, profile, waivable,
// remedy, map, why}]}
std::string render_list_json(const std::vector<Check>& checks);

}
