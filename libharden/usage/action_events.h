#pragma once

#include "node/node.h"
#include "usage/action_decision.h"

namespace harden {

// Queues what is to be told of a look after its actions, and notes in its tracks what was told.
// Answers lines for the log.
std::vector<std::string> queue_events(Host& host, Look& look,
                                      const std::vector<Decision>& decisions,
                                      const WebhookRules& rules);

}
