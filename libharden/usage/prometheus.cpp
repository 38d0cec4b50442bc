#include "usage/prometheus.h"

#include "base/time.h"
#include "report/metric.h"
#include "usage/action_standing.h"
#include "usage/number.h"

#include <algorithm>
#include <array>

namespace harden {

namespace {

struct Metrics {
    Metric looks{"harden_miners_looks_total", "Looks at all containers.", "counter"};
    Metric last{"harden_miners_last_look_timestamp_seconds", "When the last look began."};
    Metric duration{"harden_miners_look_duration_seconds", "How long the last look took."};
    Metric containers{"harden_miners_containers", "Running containers by verdict."};
    Metric exempt{"harden_miners_exempt_containers", "Findings that an exemption covers."};
    Metric paused{"harden_miners_paused_containers", "Containers that harden has paused."};
    Metric held{"harden_miners_held_containers", "Findings about which less was done than asked."};
    Metric actions{"harden_miners_actions_total", "Actions that were carried out.", "counter"};
    Metric queue{"harden_miners_webhook_queue_length", "Webhooks that wait to be sent."};
    Metric score{"harden_miners_container_score", "Points of a container, the highest ones only."};
    Metric demand{"harden_miners_container_demand_ratio",
                  "Demand of its own quota between the last two looks."};
    Metric sent{"harden_miners_container_sent_bytes_per_second",
                "What it sent between the last two looks."};
    Metric received{"harden_miners_container_received_bytes_per_second",
                    "What it received between the last two looks."};
    Metric refused{"harden_miners_container_refused_packets",
                   "Packets that the egress policy refused it between the last two looks."};
};

}

static void add_fleet(Metrics& metrics, const Look& look)
{
    std::array<int, 5> by_verdict{};
    int exempt = 0;
    int paused = 0;
    int held = 0;
    for (const auto& each : look.sightings) {
        ++by_verdict.at(static_cast<std::size_t>(each.judgement.verdict));
        exempt += each.exempt.empty() ? 0 : 1;
        held += each.held.empty() ? 0 : 1;
        const auto track = look.next.tracks.find(each.container.id);
        paused += track != look.next.tracks.end() &&
                          is_paused_by_us(each.container, track->second.standing)
                      ? 1
                      : 0;
    }
    for (std::size_t which = 0; which < by_verdict.size(); ++which)
        metrics.containers.add({"verdict", name_of(static_cast<MinerVerdict>(which))},
                               std::to_string(by_verdict.at(which)));
    metrics.exempt.add({}, std::to_string(exempt));
    metrics.paused.add({}, std::to_string(paused));
    metrics.held.add({}, std::to_string(held));
}

static void add_rate(Metric& metric, const Sighting& sighting, std::optional<double> bytes)
{
    const auto& interval = sighting.interval;
    if (bytes && interval->seconds > 0)
        metric.add({"id", sighting.container.id, "name", sighting.container.name},
                   number(*bytes / interval->seconds, 1));
}

static void add_containers(Metrics& metrics, const Look& look, int most)
{
    std::vector<const Sighting*> highest;
    for (const auto& each : look.sightings)
        highest.push_back(&each);
    std::ranges::stable_sort(highest, [](const Sighting* one, const Sighting* other) {
        return one->judgement.score > other->judgement.score;
    });
    highest.resize(std::min(highest.size(), static_cast<std::size_t>(most)));
    for (const auto* each : highest) {
        const auto& container = each->container;
        metrics.score.add({"id", container.id, "name", container.name, "verdict",
                           name_of(each->judgement.verdict)},
                          std::to_string(each->judgement.score));
        if (!each->interval)
            continue;
        if (each->interval->demand)
            metrics.demand.add({"id", container.id, "name", container.name},
                               number(*each->interval->demand, 3));
        add_rate(metrics.sent, *each, each->interval->sent_bytes);
        add_rate(metrics.received, *each, each->interval->received_bytes);
        if (each->interval->refused)
            metrics.refused.add({"id", container.id, "name", container.name},
                                number(*each->interval->refused, 0));
    }
}

static void add_counts(Metrics& metrics, const Look& look, std::size_t queued)
{
    const auto& totals = look.next.totals;
    metrics.looks.add({}, std::to_string(totals.looks));
    if (const auto time = from_rfc3339(look.time))
        metrics.last.add({}, std::to_string(std::chrono::duration_cast<std::chrono::seconds>(
                                                time->time_since_epoch())
                                                .count()));
    constexpr double second = 1000; // milliseconds
    metrics.duration.add({}, number(look.next.look.milliseconds / second, 4));
    for (auto action = MinerAction::Webhook; action <= MinerAction::Kill;
         action = static_cast<MinerAction>(static_cast<int>(action) + 1)) {
        const auto found = totals.actions.find(name_of(action));
        metrics.actions.add({"action", name_of(action)},
                            std::to_string(found == totals.actions.end() ? 0 : found->second));
    }
    metrics.queue.add({}, std::to_string(queued));
}

std::string render_prometheus(const Look& look, const MetricsRules& rules, std::size_t queued)
{
    Metrics metrics;
    add_counts(metrics, look, queued);
    add_fleet(metrics, look);
    add_containers(metrics, look, rules.most_containers);
    std::string text;
    for (const auto* metric :
         {&metrics.looks, &metrics.last, &metrics.duration, &metrics.containers, &metrics.exempt,
          &metrics.paused, &metrics.held, &metrics.actions, &metrics.queue, &metrics.score,
          &metrics.demand, &metrics.sent, &metrics.received, &metrics.refused})
        text += metric->text();
    return text;
}

}
