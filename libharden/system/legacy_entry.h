#pragma once

#include "system/xt_rule.h"

#include <vector>

namespace harden {

// A rule as the entry of a legacy table: struct ipt_entry or ip6t_entry, matches, target.
std::vector<char> to_entry(const XtRule& rule, XtFamily family);
// `verdict` is the name that libiptc has for the entry's standard target. Foreign where the entry
// holds something that no rule of ours has.
XtRule from_entry(const void* entry, XtFamily family, const char* verdict);

}
