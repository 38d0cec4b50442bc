#include "system/canary_cleaner.h"

#include "system/canary_engine.h"

#include <algorithm>
#include <poll.h>

namespace harden {

// Once where the round has ended by itself. Where it was killed the daemon may still be at work on
// its last request, so it is looked for until nothing new has come for a while.
static bool is_clean(bool was_killed)
{
    constexpr int quiet_looks = 4;
    constexpr int most_looks = 60;
    constexpr int pause_ms = 300;
    int quiet = was_killed ? 0 : quiet_looks - 1;
    for (int look = 0; look < most_looks; ++look) {
        const auto engine = CanaryEngine::connect();
        const auto found = engine ? engine->remove_all() : Result<int>{engine.error()};
        if (found && (!was_killed || *found == 0))
            ++quiet;
        else
            quiet = std::min(quiet, quiet_looks - 1);
        if (quiet >= quiet_looks)
            return true;
        poll(nullptr, 0, pause_ms);
    }
    return false;
}

Result<CanaryCleaner> CanaryCleaner::start()
{
    auto lock = TRY(
        CleanerProcess::lock("harden-canaries", "another verification keeps its canaries running"));
    const auto engine = TRY(CanaryEngine::connect());
    TRY(engine.remove_all().during("remove earlier canaries"));
    auto process = TRY(CleanerProcess::start(std::move(lock), is_clean));
    return CanaryCleaner{std::move(process)};
}

Result<> CanaryCleaner::finish()
{
    const auto clean = TRY(process_.finish().during("remove the canaries"));
    if (!clean)
        return Error{ErrorKind::Failed, "the canaries could not be removed",
                     "docker rm --force $(docker ps -aq --filter label=harden.canary=verify)"};
    return done;
}

}
