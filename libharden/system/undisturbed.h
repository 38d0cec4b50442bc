#pragma once

#include "base/result.h"

namespace harden {

// Does `work` again while it is TimedOut: others may write while we look.
template<class Work>
auto undisturbed(const Work& work)
{
    constexpr int most_attempts = 20;
    auto outcome = work();
    for (int attempt = 1; attempt < most_attempts; ++attempt) {
        if (outcome || outcome.error().kind != ErrorKind::TimedOut)
            break;
        outcome = work();
    }
    return outcome;
}

}
