#pragma once

#include "daemonjson/key_table.h"
#include "gvisor/bundle.h"
#include "steps/step.h"

#include <optional>

namespace harden {

struct GvisorWanted {
    std::optional<GvisorBundle> bundle; // none: the release that is installed stays
    bool is_default = false;            // for containers without --runtime
    KeyTable keys;
    Digest sha512;
};

// gVisor is installed under its release's name, in use, registered with Docker and proven by a
// container. Other releases stay.
Step gvisor_step(GvisorWanted wanted);

}
