#pragma once

#include "base/result.h"

#include <optional>
#include <string_view>

namespace harden {

// What is done about a container, the mildest first. Log: nothing but a line in the log.
enum class MinerAction { Log, Webhook, Limit, Pause, Stop, Kill };
std::string_view name_of(MinerAction action);
std::optional<MinerAction> action_named(std::string_view name);

// It changes the container.
bool touches(MinerAction action);
// Its processes do not come back.
bool ends(MinerAction action);

}
