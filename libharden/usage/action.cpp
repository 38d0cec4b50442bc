#include "usage/action.h"

#include <algorithm>
#include <array>

namespace harden {

static constexpr std::array<std::string_view, 6> names{"log",   "webhook", "limit",
                                                       "pause", "stop",    "kill"};

std::string_view name_of(MinerAction action)
{
    return names.at(static_cast<std::size_t>(action));
}

std::optional<MinerAction> action_named(std::string_view name)
{
    const auto* found = std::ranges::find(names, name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<MinerAction>(found - names.begin());
}

bool touches(MinerAction action)
{
    return action >= MinerAction::Limit;
}

bool ends(MinerAction action)
{
    return action >= MinerAction::Stop;
}

}
