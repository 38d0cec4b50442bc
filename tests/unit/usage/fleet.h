#pragma once

#include "base/time.h"
#include "rules.h"
#include "support/fake_container_actions.h"
#include "support/fake_host.h"
#include "usage/act.h"
#include "usage/action_standing.h"

#include <set>

namespace harden::test {

inline std::string id_of(int number)
{
    const auto digits = std::to_string(number);
    return std::string(64 - digits.size(), '0') + digits;
}

// A fleet that is looked at again and again; what a judge says of each is given.
struct Fleet {
    ActionRules rules;
    FakeHost host;
    FakeContainerActions engine;
    MinerState state;
    std::map<int, MinerVerdict> verdicts;
    std::set<int> abusers; // of the network
    double confidence = 1;
    bool tells_pressure = true;
    std::map<std::string, std::string, std::less<>> labels;
    std::string image = "sha256:" + std::string(64, 'a');
    int kept = 0;

    explicit Fleet(std::string_view site, int size = 10)
    {
        auto parsed = rules_with(cat("version = 1\n", site));
        INFO((parsed ? std::string{} : parsed.error().message));
        REQUIRE(parsed);
        rules = parsed->actions;
        host.with_file("/proc/sys/kernel/hostname", "node7\n");
        for (int number = 1; number <= size; ++number) {
            verdicts[number] = MinerVerdict::Ok;
            engine.containers[id_of(number)] = {};
        }
    }

    Look look()
    {
        const auto clock = *host.now();
        Look look{.time = to_rfc3339(clock.wall)};
        look.next = state;
        look.next.tracks.clear();
        for (const auto& [number, verdict] : verdicts) {
            const auto id = id_of(number);
            const auto& status = engine.containers[id].status;
            if (status == "exited")
                continue;
            auto& track = look.next.tracks[id] = state.tracks[id];
            const bool is_paused = status == "paused";
            Sighting sighting;
            sighting.container = {.id = id,
                                  .name = cat("c", std::to_string(number)),
                                  .image_id = image,
                                  .state = status,
                                  .labels = labels};
            sighting.counters.quota = 1;
            if (tells_pressure)
                sighting.counters.stalled_us = 0;
            sighting.judgement.verdict = is_paused ? MinerVerdict::Ok : verdict;
            sighting.judgement.score = is_paused ? 0 : 90 - number;
            sighting.judgement.confidence = confidence;
            if (abusers.contains(number))
                sighting.bandwidth = {BandwidthVerdict::Abuse, {{"day_sent_gb", 12, 10}}};
            track.verdict = name_of(sighting.judgement.verdict);
            track.score = sighting.judgement.score;
            track.last.stamp = clock.since_boot;
            look.sightings.push_back(std::move(sighting));
        }
        return look;
    }

    // One look with all that follows it, five minutes after the last one.
    Look acted()
    {
        host.clock += std::chrono::seconds{300};
        auto seen = look();
        const auto keep = [this](const MinerState& next) -> Result<> {
            state = next;
            ++kept;
            return done;
        };
        const auto records = act(seen, host, engine, rules, keep);
        REQUIRE(records);
        REQUIRE(keep(seen.next));
        return seen;
    }

    // The same up to where something would be done.
    std::pair<Look, std::vector<Decision>> considered()
    {
        host.clock += std::chrono::seconds{300};
        auto seen = look();
        const auto decisions = consider(seen, host, engine, rules);
        REQUIRE(decisions);
        return {std::move(seen), *decisions};
    }
};

inline const Sighting& of(const Look& look, int number)
{
    for (const auto& each : look.sightings)
        if (each.container.id == id_of(number))
            return each;
    FAIL("it is not there");
    return look.sightings.front();
}

inline constexpr auto pauses = "[actions]\nminer = [\"pause\"]\n";
inline constexpr auto kills = "[actions]\nminer = [\"kill\"]\ncool_down_s = 0\n";

}
