#pragma once

#include "base/result.h"
#include "system/descriptor.h"

#include <sys/types.h>

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
    CanaryCleaner(pid_t process, Descriptor lifeline, Descriptor lock)
        : process_{process}
        , lifeline_{std::move(lifeline)}
        , lock_{std::move(lock)}
    {
    }
    pid_t process_;
    Descriptor lifeline_;
    Descriptor lock_;
};

}
