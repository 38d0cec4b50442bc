#pragma once

#include "base/result.h"
#include "system/cleaner_process.h"

namespace harden {

// A process of its own that removes the canaries and their image when the round is over or its
// process is gone, however that ended. One round at a time on a node.
class CanaryCleaner {
public:
    // Removes what an earlier round may have left, too.
    static Result<CanaryCleaner> start();
    // Waits until all is gone.
    Result<> finish();

private:
    explicit CanaryCleaner(CleanerProcess process)
        : process_{std::move(process)}
    {
    }
    CleanerProcess process_;
};

}
