#pragma once

#include "usage/action_outcome.h"

#include <functional>

namespace harden {

// Puts what is remembered on disk.
using Keep = std::function<Result<>(const MinerState&)>;

// What follows a look: whoever is exempt is found, what is to be done is decided, kept on disk as
// begun, done, and queued to be told. Answers further lines for the log. The look's own state is to
// be kept after it.
Result<std::vector<std::string>> act(Look& look, Host& host, ContainerActions& actions,
                                     const ActionRules& rules, const Keep& keep);

// The same up to the decisions: nothing is changed but `look`.
Result<std::vector<Decision>> consider(Look& look, const Host& host, ContainerActions& actions,
                                       const ActionRules& rules);

}
