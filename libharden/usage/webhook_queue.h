#pragma once

#include "usage/action_rules.h"
#include "usage/webhook.h"

namespace harden {

inline constexpr auto webhook_queue = "/var/lib/harden/webhooks"; // a file an event
inline constexpr auto webhook_stopped_file = "/var/lib/harden/webhooks.stopped";
inline constexpr auto webhook_program = "webhook-send"; // beside the detector

// Where each queued event is, the oldest first. A directory that is not there is an empty queue.
Result<std::vector<Path>> queued_webhooks(const Host& host);

// On disk when it returns. The oldest ones make room, at most `most` stay; answers how many of them
// were dropped.
Result<int> queue_webhook(Host& host, const std::string& body, int most);

// One line of the log.
std::string webhook_record(std::string_view time, std::string_view id, std::string_view outcome,
                           std::string_view detail);

struct WebhookRound {
    int sent = 0;
    int failed = 0;
    std::vector<std::string> records; // for the log
};
// The status that the service answers, or why there is none. `time`: of this attempt.
using WebhookPost = std::function<Result<int>(const WebhookEvent& event, TimePoint time)>;

// Sends what is due: at least once, each one forgotten only after a 2xx. Ends where nothing
// answers at all, or when `budget` is used up.
Result<WebhookRound> send_webhooks(Host& host, const WebhookRules& rules, const WebhookPost& post,
                                   std::chrono::milliseconds budget);

}
