#pragma once

#include "dockerfile/scan_input.h"

namespace harden {

// Each rule's own examples, judged: a sentence for each that does not come out as it says. Also one
// for a rule that has none.
std::vector<std::string> failed_examples(const Scanner& scanner);

}
