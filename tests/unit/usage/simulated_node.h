#pragma once

#include "rules.h"
#include "usage/look.h"

namespace harden::test {

// A node that is told what its containers use, and folded look by look.
struct SimulatedNode {
    MinerRules rules = shipped_rules();
    NodeObservation now{.boot = "boot-1",
                        .wall = TimePoint{std::chrono::seconds{1'700'000'000}},
                        .since_boot = std::chrono::seconds{1000}};
    MinerState state;
    Look last;

    static constexpr std::uint64_t second = 1'000'000'000;

    Observation& add(std::string id, std::string name, double started = 1000)
    {
        auto& seen = now.containers.emplace_back();
        seen.container.id = std::move(id);
        seen.container.name = std::move(name);
        seen.container.image_id = "sha256:image";
        seen.inode = ++inodes_;
        seen.started = since_boot(started);
        seen.counters = {.cpu_ns = 0, .periods = 0, .throttled = 0, .quota = 0.25};
        return seen;
    }

    Observation& operator[](std::string_view id)
    {
        for (auto& each : now.containers)
            if (each.container.id == id)
                return each;
        FAIL("no such container");
        return now.containers.front();
    }

    // The same container, restarted at this moment.
    void restart(std::string_view id)
    {
        auto& seen = (*this)[id];
        seen.inode = ++inodes_;
        seen.started = now.since_boot;
        seen.counters.cpu_ns = 0;
    }

    void remove(std::string_view id)
    {
        std::erase_if(now.containers,
                      [id](const Observation& each) { return each.container.id == id; });
    }

    static std::chrono::nanoseconds since_boot(double seconds)
    {
        return std::chrono::nanoseconds{static_cast<std::int64_t>(seconds * second)};
    }

    // Time goes by, in which each container uses this share of its quota.
    void pass(double seconds, double share)
    {
        const auto passed = since_boot(seconds);
        now.since_boot += passed;
        now.wall += std::chrono::duration_cast<TimePoint::duration>(passed);
        for (auto& each : now.containers)
            if (each.counters.cpu_ns && each.counters.quota)
                *each.counters.cpu_ns +=
                    static_cast<std::uint64_t>(seconds * share * *each.counters.quota * second);
    }

    const Look& look()
    {
        last = fold(now, state, rules, [](const Observation& seen) { return seen.evidence; });
        state = last.next;
        return last;
    }

    const Look& after(int count, double seconds, double share)
    {
        for (int i = 0; i < count; ++i) {
            pass(seconds, share);
            look();
        }
        return last;
    }

    const Sighting& sighting(std::string_view id) const
    {
        for (const auto& each : last.sightings)
            if (each.container.id == id)
                return each;
        FAIL("not seen");
        return last.sightings.front();
    }

    // What the disk would give back.
    void through_the_disk()
    {
        auto read = parse_miner_state(render_miner_state(state));
        REQUIRE(read);
        state = *std::move(read);
    }

private:
    std::uint64_t inodes_ = 100;
};

}
