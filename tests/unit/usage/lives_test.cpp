#include "simulated_node.h"

using namespace harden;
using namespace harden::test;

static const std::string one(64, '1');
static const std::string two(64, '2');
static const std::string three(64, '3');

TEST_CASE("a container that begins between two looks is measured from its beginning")
{
    SimulatedNode node;
    node.look();
    node.pass(180, 0);
    node.add(one, "web", 1180);
    node.after(1, 120, 1);
    REQUIRE(node.sighting(one).interval);
    CHECK(node.sighting(one).interval->seconds == 120);
    CHECK(node.sighting(one).interval->demand == 1);
}

TEST_CASE("one that began a moment ago is measured at the next look, from its beginning")
{
    SimulatedNode node;
    node.add(one, "web", 1000);
    node.after(1, 20, 1);
    CHECK_FALSE(node.sighting(one).interval);
    node.through_the_disk();
    node.after(1, 280, 0);
    REQUIRE(node.sighting(one).interval);
    CHECK(node.sighting(one).interval->seconds == 300);
    CHECK(*node.sighting(one).interval->demand == Approx(20.0 / 300));
}

TEST_CASE("a restart keeps the past, and its use counts from the restart")
{
    SimulatedNode node;
    node.add(one, "web");
    node.after(12, 300, 1);
    const auto hot_since = node.sighting(one).hot_since;
    CHECK_FALSE(hot_since.empty());
    node.pass(180, 1);
    node.restart(one);
    node.after(1, 120, 1);
    CHECK(node.sighting(one).interval->seconds == 120);
    CHECK(node.sighting(one).interval->demand == 1);
    CHECK(node.sighting(one).hot_since == hot_since);
    CHECK(node.state.tracks.at(one).ring.size() == 13);
}

TEST_CASE("a miner that restarts between all looks stays as suspect as it is")
{
    SimulatedNode honest;
    honest.add(one, "web");
    honest.after(24, 300, 1);
    SimulatedNode restless;
    restless.add(one, "web");
    for (int i = 0; i < 24; ++i) {
        restless.pass(60, 1);
        restless.restart(one);
        restless.after(1, 240, 1);
        restless.through_the_disk();
    }
    CHECK(restless.sighting(one).judgement.score >= honest.sighting(one).judgement.score);
}

TEST_CASE("who takes the place of another one of the same owner and image inherits")
{
    SimulatedNode node;
    auto& first = node.add(one, "shop-web-1");
    first.container.labels["com.docker.compose.project"] = "shop";
    node.after(12, 300, 1);
    node.state.tracks.at(one).standing.action = "webhook";
    node.through_the_disk();
    node.remove(one);
    node.pass(100, 1);
    auto& second = node.add(two, "shop-web-7", 4700);
    SECTION("of the same owner and image")
    {
        second.container.labels["com.docker.compose.project"] = "shop";
        node.after(1, 200, 1);
        CHECK(node.state.tracks.at(two).ring.size() == 13);
        CHECK(node.state.tracks.at(two).standing.action == "webhook");
        CHECK(node.state.departed.empty());
    }
    SECTION("not of another owner")
    {
        second.container.labels["com.docker.compose.project"] = "bakery";
        node.after(1, 200, 1);
        CHECK(node.state.tracks.at(two).ring.size() == 1);
        CHECK(node.state.departed.contains(one));
    }
    SECTION("not of another image")
    {
        second.container.labels["com.docker.compose.project"] = "shop";
        second.container.image_id = "sha256:other";
        node.after(1, 200, 1);
        CHECK(node.state.tracks.at(two).ring.size() == 1);
    }
}

TEST_CASE("without an owner the name and the image must be the same")
{
    SimulatedNode node;
    node.add(one, "worker");
    node.after(12, 300, 1);
    node.remove(one);
    node.add(two, "worker", 4600);
    node.add(three, "other", 4600);
    node.after(1, 300, 1);
    CHECK(node.state.tracks.at(two).ring.size() == 13);
    CHECK(node.state.tracks.at(three).ring.size() == 1);
}

TEST_CASE("a past is inherited once")
{
    SimulatedNode node;
    auto& first = node.add(one, "a-1");
    first.container.labels["com.docker.compose.project"] = "shop";
    node.after(12, 300, 1);
    node.remove(one);
    for (const auto& id : {two, three})
        node.add(id, "a-" + id.substr(0, 1), 4600).container.labels["com.docker.compose.project"] =
            "shop";
    node.after(1, 300, 1);
    const auto sizes =
        node.state.tracks.at(two).ring.size() + node.state.tracks.at(three).ring.size();
    CHECK(sizes == 14);
}

TEST_CASE("who came back within a day is remembered, after a day nobody is")
{
    SimulatedNode node;
    const auto seen = node.add(one, "web");
    node.after(12, 300, 1);
    node.remove(one);
    node.after(1, 300, 0);
    const auto hours = GENERATE(23, 25);
    node.after(hours, 3600, 0);
    node.through_the_disk();
    node.now.containers.push_back(seen);
    node.restart(one);
    node.after(1, 300, 1);
    CHECK(node.state.tracks.at(one).ring.size() == (hours == 23 ? 13 : 1));
}

TEST_CASE("the departed are bounded, the newest stay")
{
    SimulatedNode node;
    for (int round = 0; round < 400; ++round) {
        auto id = std::to_string(round);
        id.insert(0, 64 - id.size(), '0');
        node.add(id, "n" + id);
        node.after(1, 300, 1);
        node.remove(id);
    }
    node.after(1, 300, 0);
    CHECK(node.state.departed.size() == 128);
    CHECK(node.state.departed.rbegin()->second.name.ends_with("399"));
}

TEST_CASE("traffic of interfaces that are somebody else's does not begin with a container")
{
    SimulatedNode node;
    auto& first = node.add(one, "first");
    first.traffic = Traffic{.links = 7, .sent_bytes = 100'000'000'000};
    node.after(2, 300, 1);
    auto& second = node.add(two, "joined", 1600);
    SECTION("the same ones as another's")
    {
        second.traffic = Traffic{.links = 7, .sent_bytes = 100'000'000'000};
        node.after(1, 300, 1);
        CHECK_FALSE(node.sighting(two).interval->sent_bytes);
    }
    SECTION("its own")
    {
        second.traffic = Traffic{.links = 8, .sent_bytes = 5000};
        node.after(1, 300, 1);
        CHECK(node.sighting(two).interval->sent_bytes == 5000);
    }
}
