#include "usage/replay.h"

#include "usage/observation_text.h"

namespace harden {

Result<Look> Replay::take(std::string_view line)
{
    auto seen = TRY(parse_observation(line));
    const auto recorded = [](const Observation& container) { return container.evidence; };
    auto look = fold(std::move(seen), std::move(state_), rules_, recorded);
    state_ = look.next;
    return look;
}

}
