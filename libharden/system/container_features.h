#pragma once

#include "base/result.h"

namespace harden {

// Why the kernel refused a table of ours: the first thing that it cannot do at all is named.
Error explained(Error refusal);

}
