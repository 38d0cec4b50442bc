#pragma once

#include "base/result.h"
#include "system/descriptor.h"

#include <functional>
#include <sys/types.h>

namespace harden {

// A process of its own that cleans up when its owner is done or gone, however that ended.
class CleanerProcess {
public:
    // Holds a name of this network namespace (19 letters at most) until the last process that has
    // it ends. TimedOut after five seconds, with `busy` as the reason.
    static Result<Descriptor> lock(std::string_view name, std::string_view busy);

    // True where all is gone. Runs in the child, alone: no other thread is there.
    using Clean = std::function<bool(bool was_killed)>;
    // The child holds `lock` too.
    static Result<CleanerProcess> start(Descriptor lock, const Clean& clean);

    // Has it clean, and waits for that. False where something is left.
    Result<bool> finish();

private:
    CleanerProcess(pid_t process, Descriptor lifeline, Descriptor lock)
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
