#include "support/catch.hpp"
#include "usage/prometheus.h"

using namespace harden;

static Sighting sighting(std::string name, MinerVerdict verdict, int score)
{
    Sighting one;
    one.container.id = cat("id-", name);
    one.container.name = std::move(name);
    one.judgement.verdict = verdict;
    one.judgement.score = score;
    return one;
}

TEST_CASE("a look is told in Prometheus's words, the highest scores by name")
{
    Look look{.time = "2026-11-22T12:00:00Z"};
    look.sightings = {sighting("web", MinerVerdict::Ok, 0),
                      sighting("a\"b\\c\nd", MinerVerdict::Miner, 93),
                      sighting("ours", MinerVerdict::Suspect, 50)};
    look.sightings.at(1).interval =
        Interval{.seconds = 300, .demand = 1, .sent_bytes = 3000, .refused = 40};
    look.sightings.at(2).exempt = "ci";
    look.next.look.milliseconds = 12;
    look.next.totals.looks = 7;
    look.next.totals.actions["pause"] = 2;
    const auto text = render_prometheus(look, {.most_containers = 2}, 4);
    for (const auto* line :
         {"# TYPE harden_miners_looks_total counter\nharden_miners_looks_total 7\n",
          "harden_miners_last_look_timestamp_seconds 1795348800\n",
          "harden_miners_look_duration_seconds 0.012\n",
          "harden_miners_containers{verdict=\"miner\"} 1\n",
          "harden_miners_containers{verdict=\"watch\"} 0\n", "harden_miners_exempt_containers 1\n",
          "harden_miners_actions_total{action=\"pause\"} 2\n",
          "harden_miners_actions_total{action=\"kill\"} 0\n",
          "harden_miners_webhook_queue_length 4\n",
          "name=\"a\\\"b\\\\\\\\c\\\\x0ad\",verdict=\"miner\"} 93\n",
          "harden_miners_container_sent_bytes_per_second{id=\"id-a\\\"b", "ad\"} 40\n"}) {
        INFO(line);
        INFO(text);
        CHECK(text.find(line) != std::string::npos);
    }
    CHECK(text.find("name=\"ours\"") != std::string::npos);
    CHECK(text.find("name=\"web\"") == std::string::npos);
    CHECK(text.find("received_bytes") == std::string::npos); // nobody knows
}
