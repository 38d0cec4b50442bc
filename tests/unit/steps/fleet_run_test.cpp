#include "steps/fleet_run.h"
#include "support/catch.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

using namespace harden;

namespace {

// Hosts that come out or not, and who was worked on, in which order.
struct FakeFleet {
    std::set<std::size_t> broken;
    std::size_t interrupted_after = 1000; // hosts that have begun
    std::vector<std::size_t> begun;
    std::vector<std::size_t> waves_begun;
    std::atomic<int> at_work{0};
    std::atomic<int> most_at_work{0};
    std::mutex turn;

    std::vector<Fate> run(std::size_t hosts, const FleetPolicy& policy, std::size_t parallel = 1)
    {
        return run_waves(waves(hosts, policy), parallel,
                         {.begins = [this](std::size_t wave) { waves_begun.push_back(wave); },
                          .work = [this](std::size_t host, std::size_t) { return work(host); },
                          .is_interrupted =
                              [this] {
                                  const std::lock_guard held{turn};
                                  return begun.size() >= interrupted_after;
                              }});
    }

    bool work(std::size_t host)
    {
        most_at_work = std::max(most_at_work.load(), ++at_work);
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
        --at_work;
        const std::lock_guard held{turn};
        begun.push_back(host);
        return !broken.contains(host);
    }
};

std::vector<Fate> of(std::size_t good, std::size_t bad, std::size_t rest, Fate why)
{
    std::vector<Fate> fates(good, Fate::Good);
    fates.insert(fates.end(), bad, Fate::Bad);
    fates.insert(fates.end(), rest, why);
    return fates;
}

}

TEST_CASE("all hosts that come out are good, the canary's wave before the rest")
{
    FakeFleet fleet;
    CHECK(fleet.run(10, {}, 4) == of(10, 0, 0, Fate::Good));
    CHECK(fleet.begun.front() == 0);
    CHECK(fleet.begun.size() == 10);
    CHECK(fleet.waves_begun == std::vector<std::size_t>{0, 1});
}

TEST_CASE("if the canary fails nobody else is touched")
{
    FakeFleet fleet;
    fleet.broken = {0};
    CHECK(fleet.run(10, {}, 8) == of(0, 1, 9, Fate::CanaryFailed));
    CHECK(fleet.begun == std::vector<std::size_t>{0});
    CHECK(fleet.waves_begun == std::vector<std::size_t>{0});
}

TEST_CASE("hosts that fail without a limit do not keep the others from being worked on")
{
    FakeFleet fleet;
    fleet.broken = {3, 5};
    const auto fates = fleet.run(10, {}, 8);
    CHECK(std::ranges::count(fates, Fate::Good) == 8);
    CHECK(fates[3] == Fate::Bad);
    CHECK(fates[5] == Fate::Bad);
}

TEST_CASE("a batch with more failures than allowed stops the rest")
{
    FakeFleet fleet;
    fleet.broken = {1, 2};
    const auto fates = fleet.run(9, {.canary = 1, .batch = Amount{4}, .max_fail = Amount{1}});
    // the second failure of the batch stops its own hosts that have not begun as well
    CHECK(fates == of(1, 2, 6, Fate::TooManyFailed));
    CHECK(fleet.begun.size() == 3);
}

TEST_CASE("a batch with as many failures as allowed does not, and the next is counted anew")
{
    FakeFleet fleet;
    fleet.broken = {1, 5};
    const auto fates =
        fleet.run(9, {.canary = 1, .batch = Amount{4}, .max_fail = Amount{25, true}});
    CHECK(std::ranges::count(fates, Fate::Bad) == 2);
    CHECK(std::ranges::count(fates, Fate::Good) == 7);
}

TEST_CASE("hosts that are at work when the limit is passed are finished")
{
    FakeFleet fleet;
    fleet.broken = {0, 1, 2, 3};
    const auto fates = fleet.run(8, {.canary = 0, .max_fail = Amount{0}}, 4);
    CHECK(std::ranges::count(fates, Fate::Bad) >= 1);
    CHECK(std::ranges::count(fates, Fate::Bad) == static_cast<std::ptrdiff_t>(fleet.begun.size()));
    CHECK(fates.back() == Fate::TooManyFailed);
}

TEST_CASE("an interruption begins no further host")
{
    FakeFleet fleet;
    fleet.interrupted_after = 3;
    CHECK(fleet.run(6, {.canary = 0}) == of(3, 0, 3, Fate::Interrupted));
    fleet.begun.clear();
    fleet.interrupted_after = 0;
    CHECK(fleet.run(2, {}) == of(0, 0, 2, Fate::Interrupted));
}

TEST_CASE("no more hosts are worked on at once than was said")
{
    FakeFleet fleet;
    CHECK(fleet.run(20, {.canary = 0}, 3).size() == 20);
    CHECK(fleet.most_at_work <= 3);
    CHECK(fleet.run(0, {}, 3).empty());
}
