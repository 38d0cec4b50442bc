#include "simulated_node.h"
#include "usage/observation_text.h"
#include "usage/replay.h"

#include <cstdlib>
#include <random>

using namespace harden;
using namespace harden::test;
using namespace std::chrono_literals;

static const std::string one(64, '1');
static const std::string two(64, '2');

TEST_CASE("the wall clock may jump: only the clock since the boot counts")
{
    SimulatedNode node;
    node.add(one, "web");
    node.after(3, 300, 0.5);
    node.now.wall += GENERATE(-1000h, 1000h);
    node.after(1, 300, 0.5);
    CHECK(node.sighting(one).interval->seconds == 300);
    CHECK(node.sighting(one).interval->demand == Approx(0.5));
}

TEST_CASE("time in suspension is time: the clock since the boot counts it")
{
    SimulatedNode node;
    node.add(one, "web");
    node.after(1, 300, 1);
    node.pass(3300, 0);
    node.after(1, 300, 1);
    CHECK(node.sighting(one).interval->seconds == 3600);
    CHECK(*node.sighting(one).interval->demand == Approx(300.0 / 3600));
}

TEST_CASE("a reboot is another life, whatever numbers are the same")
{
    SimulatedNode node;
    node.add(one, "web");
    node.after(12, 300, 1);
    node.now.boot = "boot-2";
    node.now.since_boot = 2h; // the same container, inode and greater counters, by chance
    node[one].started = 90s;
    node[one].counters.cpu_ns = 5400 * SimulatedNode::second;
    node.look();
    CHECK(node.sighting(one).interval->seconds == 7110);
    CHECK(*node.sighting(one).interval->demand == 1);
    CHECK(node.last.next.look.note.find("restarted") != std::string::npos);
    CHECK(node.state.tracks.at(one).ring.size() == 13);
}

TEST_CASE("an id or a process number that is used again is another life")
{
    SimulatedNode node;
    node.add(one, "web");
    node.after(3, 300, 0);
    node.pass(200, 0);
    node.restart(one); // another group under the same id
    node[one].counters.cpu_ns = 10 * SimulatedNode::second;
    node.after(1, 100, 0);
    CHECK(node.sighting(one).interval->seconds == 100);
    CHECK(*node.sighting(one).interval->demand == Approx(0.4));
}

TEST_CASE("a life whose beginning is not known, or lies ahead, is a baseline")
{
    SimulatedNode node;
    node.add(one, "web");
    node.after(3, 300, 1);
    node.restart(one);
    node[one].counters.cpu_ns = 999 * SimulatedNode::second;
    node[one].started = GENERATE(std::optional<std::chrono::nanoseconds>{},
                                 std::optional<std::chrono::nanoseconds>{100h});
    node.after(1, 300, 0);
    CHECK_FALSE(node.sighting(one).interval);
    node.after(1, 300, 0.5);
    CHECK(*node.sighting(one).interval->demand == Approx(0.5));
}

TEST_CASE("a quota that changed within an interval makes nobody hot")
{
    SimulatedNode node;
    node.add(one, "web");
    node[one].counters.quota = 1.0;
    node.after(1, 300, 0.3);
    node.pass(290, 0.3);
    node[one].counters.quota = 0.25;
    node.after(1, 10, 0.3);
    CHECK(*node.sighting(one).interval->demand == Approx(0.2925));
    node.after(1, 300, 0.3);
    CHECK(*node.sighting(one).interval->demand == Approx(0.3));
}

TEST_CASE("a late look, or one after many missed, is measured exactly")
{
    SimulatedNode node;
    node.add(one, "web");
    node.after(1, 300, 0.5);
    node.after(1, 40'000, 0.5);
    CHECK(node.sighting(one).interval->seconds == 40'000);
    CHECK(*node.sighting(one).interval->demand == Approx(0.5));
}

TEST_CASE("what could not be read at one look is measured by the next that can")
{
    SimulatedNode node;
    node.add(one, "web");
    node.after(2, 300, 1);
    node.pass(300, 1);
    const auto used = node[one].counters.cpu_ns;
    SECTION("a counter")
    {
        node[one].counters.cpu_ns.reset();
    }
    SECTION("its groups")
    {
        node[one].inode = 0;
    }
    node.look();
    CHECK(node.sighting(one).judgement.verdict == MinerVerdict::Unknown);
    CHECK(node.last.next.look.unknown == 1);
    node.through_the_disk();
    node[one].inode = 101;
    node[one].counters.cpu_ns = used;
    node.after(1, 300, 0);
    CHECK(node.sighting(one).interval->seconds == 600);
    CHECK(*node.sighting(one).interval->demand == Approx(0.5));
}

TEST_CASE("a group of nobody's is measured and judged as a container would be")
{
    SimulatedNode node;
    node.look();
    UnownedGroup build{.path = "/docker/buildkit/x\n", .is_build = true, .inode = 9};
    build.started = 1000s;
    build.counters = {.cpu_ns = 75 * SimulatedNode::second, .quota = 0.25};
    node.now.unowned.push_back(build);
    node.pass(300, 0);
    node.look();
    REQUIRE(node.last.unowned.size() == 1);
    CHECK(node.last.unowned.front().interval->demand == 1);
    CHECK(node.last.unowned.front().is_new);
    CHECK_FALSE(node.last.unowned.front().hot_since.empty());
    for (int i = 0; i < 12; ++i) {
        *node.now.unowned.front().counters.cpu_ns += 75 * SimulatedNode::second;
        node.pass(300, 0);
        node.look();
    }
    CHECK_FALSE(node.last.unowned.front().is_new);
    CHECK(node.last.unowned.front().judgement.score >= rules_with("version = 1")->verdicts.watch);
    node.now.unowned.clear();
    node.after(1, 300, 0);
    CHECK(node.state.unowned.empty());
}

// A day of a small fleet: miners that speak, hide or restart, and honest neighbours.
namespace {

class Day {
public:
    explicit Day(unsigned seed)
        : random_{seed}
    {
        for (int i = 0; i < 6; ++i)
            node.add(id(i), "tenant-" + std::to_string(i));
        node[id(0)].evidence =
            Evidence{.has_argv = true, .seen = {{SignKind::Program, "argument stratum+tcp://"}}};
    }

    // Five minutes, more or less.
    void pass()
    {
        const std::array<double, 6> shares{1, 0.97, 0.4, uniform(), uniform() * 0.2, 0};
        const auto seconds = 290 + 20 * uniform();
        for (std::size_t i = 0; i < shares.size(); ++i) {
            auto& counters = node[id(static_cast<int>(i))].counters;
            *counters.cpu_ns +=
                static_cast<std::uint64_t>(seconds * shares[i] * 0.25 * SimulatedNode::second);
        }
        node.pass(seconds, 0);
        if (++passed_ % 40 == 0)
            node.restart(id(1));
    }

    static std::string id(int number) { return std::string(64, static_cast<char>('a' + number)); }

    SimulatedNode node;

private:
    double uniform() { return std::uniform_real_distribution<>{0, 1}(random_); }

    std::mt19937 random_;
    int passed_ = 0;
};

std::vector<std::string> verdicts_of(const Look& look)
{
    std::vector<std::string> verdicts;
    for (const auto& each : look.sightings)
        verdicts.push_back(cat(each.container.id.substr(0, 1), " ", name_of(each.judgement.verdict),
                               " ", std::to_string(each.judgement.score)));
    return verdicts;
}

}

// A look that is killed before its state is in place leaves the state before: the next one measures
// the whole time. A killed look is therefore a missed one, whose interval the next one has.
TEST_CASE("a day of looks killed at random ends in the verdicts of a day without")
{
    const unsigned days = std::getenv("HARDEN_FULL") != nullptr ? 200 : 5;
    for (unsigned seed = 1; seed <= days; ++seed) {
        Day whole{seed};
        Day killed{seed};
        std::mt19937 random{seed};
        for (int i = 0; i < 288; ++i) {
            whole.pass();
            whole.node.look();
            killed.pass();
            const auto before = killed.node.state;
            killed.node.look();
            const bool is_last = i >= 288 - 13; // a window, to judge by
            if (!is_last && random() % 5 == 0)
                killed.node.state = before;
            else
                killed.node.through_the_disk();
        }
        CHECK(verdicts_of(killed.node.last) == verdicts_of(whole.node.last));
        CHECK(killed.node.last.next.look.flagged == whole.node.last.next.look.flagged);
    }
}

TEST_CASE("a recorded day is judged as it was")
{
    Day day{7};
    Replay replay{day.node.rules};
    for (int i = 0; i < 60; ++i) {
        day.pass();
        day.node.look();
        const auto line = render_observation(day.node.now, day.node.rules.owner_labels);
        const auto again = replay.take(line);
        REQUIRE(again);
        CHECK(verdicts_of(*again) == verdicts_of(day.node.last));
    }
    CHECK(render_miner_state(replay.state()) == render_miner_state(day.node.state));
}

TEST_CASE("words count in full from the second look in a row that finds them")
{
    SimulatedNode node;
    const std::string id(64, '7');
    auto& seen = node.add(id, "web");
    seen.traffic = Traffic{.links = 5};
    seen.flows = {{"tcp", 40000, "198.51.100.7", 443, true, true}};
    const auto verdict = [&](double seconds, bool has_words, bool is_read = true) {
        node[id].traffic->sent_bytes += 3'000;
        node[id].evidence = Evidence{.has_memory = is_read};
        if (has_words)
            node[id].evidence->seen = {{SignKind::Stratum, "stratum in memory"}};
        node.pass(seconds, 1);
        return node.look().sightings.front().judgement.verdict;
    };
    for (int i = 0; i < 13; ++i)
        verdict(300, false);
    CHECK(verdict(300, true) != MinerVerdict::Miner);
    CHECK(verdict(10, false) != MinerVerdict::Miner); // too soon: nothing is forgotten
    CHECK(verdict(300, true) == MinerVerdict::Miner);
    CHECK(verdict(300, false) != MinerVerdict::Miner);
    CHECK(verdict(300, true) != MinerVerdict::Miner);
    CHECK(verdict(300, false, false) != MinerVerdict::Miner); // what it was lies there still
    CHECK(verdict(300, true) == MinerVerdict::Miner);
}
