#pragma once

#include "base/time.h"
#include "node/host.h"

namespace harden {

// A message to the operator's own service, as Standard Webhooks has them: it keeps its id however
// often it is sent.
struct WebhookEvent {
    std::string id; // "msg_1700000000000_4711_0": no dots
    std::string body;
    std::string created; // RFC 3339
    int attempts = 0;
    std::string not_before; // RFC 3339; empty: at once
};

// {"type":…,"timestamp":…,"node":…,"data":…}; `data` is JSON.
std::string webhook_body(std::string_view type, std::string_view time, std::string_view node,
                         std::string_view data);

// As it waits on disk.
std::string render_webhook_event(const WebhookEvent& event);
Result<WebhookEvent> parse_webhook_event(std::string_view text);

// How long to wait after so many attempts have failed: 5 s, 5 min, 30 min, 2 h, 5 h, then 10 h.
std::chrono::seconds webhook_delay(int attempts);
// A clock that went back does not keep an event for longer than that.
bool is_due(const WebhookEvent& event, TimePoint now);

}
