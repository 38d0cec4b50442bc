#pragma once

#include "daemonjson/key_table.h"
#include "gvisor/bundle.h"
#include "steps/step.h"

#include <optional>

namespace harden {

struct GvisorWanted {
    std::optional<GvisorBundle> bundle; // none: the release that is installed stays
    bool is_default = false;            // for containers without --runtime
    std::string platform = "systrap";
    KeyTable keys;
    Digest sha512;
};

// gVisor is installed under its release's name, in use, registered with Docker and proven by a
// container. Other releases stay.
Step gvisor_step(GvisorWanted wanted);

// Takes away releases beyond the `kept` youngest, of those that nothing needs: no running sandbox,
// no link, not the way back of the last apply. Returns their names.
Result<std::vector<std::string>> prune_gvisor(Host& host, std::size_t kept);

}
