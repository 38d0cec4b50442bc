#include "usage/action_events.h"

#include "usage/action_standing.h"
#include "usage/miner_record.h"
#include "usage/webhook_queue.h"

#include <algorithm>

namespace harden {

static std::string name_of_node(const Host& host)
{
    const auto name = host.read("/proc/sys/kernel/hostname");
    return name ? std::string{trim(*name)} : std::string{};
}

static std::string dropped_record(const Look& look, int dropped)
{
    return webhook_record(look.time, "", "dropped",
                          cat(std::to_string(dropped), " of the oldest: the queue is full"));
}

// What cannot be queued is told of at the next look.
static void queue_one(Host& host, Look& look, const Sighting& sighting, const WebhookRules& rules,
                      std::vector<std::string>& records)
{
    auto& standing = look.next.tracks.at(sighting.container.id).standing;
    const auto body = webhook_body("harden.miners.finding", look.time, name_of_node(host),
                                   container_record(sighting, look));
    const auto dropped = queue_webhook(host, body, rules.most_queued);
    if (!dropped) {
        standing.told.clear();
        records.push_back(webhook_record(look.time, "", "not queued", dropped.error().message));
        return;
    }
    if (*dropped > 0)
        records.push_back(dropped_record(look, *dropped));
    standing.told = name_of(dealt_with_as(sighting));
    ++look.next.totals.actions[std::string{name_of(MinerAction::Webhook)}];
}

std::vector<std::string> queue_events(Host& host, Look& look,
                                      const std::vector<Decision>& decisions,
                                      const WebhookRules& rules)
{
    std::vector<std::string> records;
    for (const auto& each : decisions) {
        const auto found = std::ranges::find_if(look.sightings, [&](const Sighting& sighting) {
            return sighting.container.id == each.id;
        });
        if (each.tells && found != look.sightings.end())
            queue_one(host, look, *found, rules, records);
    }
    return records;
}

}
