#include "base/json_view.h"
#include "simulated_node.h"
#include "usage/explain.h"
#include "usage/look_changes.h"
#include "usage/miner_record.h"
#include "usage/observation_text.h"

using namespace harden;
using namespace harden::test;
using namespace std::chrono_literals;

static const std::string one(64, '1');
static const std::string two(64, '2');

static NodeObservation sample()
{
    SimulatedNode node;
    auto& seen = node.add(one, "web\n\x1b[2J\xff");
    seen.container.image = "nginx";
    seen.container.labels = {{"com.docker.compose.project", "shop"}, {"secret", "s3"}};
    seen.runtime = "runc";
    seen.traffic = Traffic{UINT64_MAX, 1, 2, 3, 4};
    seen.flows = {{"tcp", 40000, "192.0.2.7", 3333, true, true}};
    seen.refused = 3;
    seen.gpu = GpuUse{.busy = 0.5, .memory_bytes = 1 << 20};
    seen.evidence = Evidence{
        .has_argv = true, .seen = {{SignKind::Stratum, "mining.submit"}}, .runtime = "runc"};
    node.add(two, "idle").started.reset();
    node[two].flows.emplace();
    node.now.unowned.push_back({.path = "/docker/x", .is_build = true, .inode = 5});
    return node.now;
}

TEST_CASE("what was recorded is read back as it was seen")
{
    const auto line = render_observation(sample(), {"com.docker.compose.project"});
    CHECK(line.find('\n') == line.size() - 1);
    CHECK(line.find("s3") == std::string::npos);
    const auto again = parse_observation(line);
    REQUIRE(again);
    CHECK(again->boot == "boot-1");
    CHECK(again->since_boot == 1000s);
    CHECK(again->wall == sample().wall);
    REQUIRE(again->containers.size() == 2);
    const auto& seen = again->containers.front();
    CHECK(seen.container.name == "web\n\x1b[2J\xef\xbf\xbd");
    CHECK(seen.container.labels.at("com.docker.compose.project") == "shop");
    CHECK(seen.started == 1000s);
    CHECK(seen.counters.quota == 0.25);
    CHECK(seen.traffic->links == UINT64_MAX);
    CHECK(seen.flows->front() == sample().containers.front().flows->front());
    CHECK(seen.refused == 3U);
    CHECK(seen.gpu->busy == 0.5);
    CHECK(seen.evidence->seen == sample().containers.front().evidence->seen);
    const auto& idle = again->containers.back();
    CHECK_FALSE(idle.started);
    CHECK_FALSE(idle.traffic);
    CHECK_FALSE(idle.refused);
    CHECK_FALSE(idle.evidence);
    CHECK(idle.flows->empty());
    CHECK(again->unowned.front().is_build);
    CHECK(render_observation(*again, {"com.docker.compose.project"}) == line);
}

TEST_CASE("what is no recorded look is malformed")
{
    const auto text = GENERATE(
        as<std::string>{}, "", "{}", "[]",
        R"({"v":2,"ts":"2026-11-22T08:00:00Z","since_boot_ns":1})",
        R"({"v":1,"ts":"yesterday","since_boot_ns":1})",
        R"({"v":1,"ts":"2026-11-22T08:00:00Z","since_boot_ns":0})",
        R"({"v":1,"ts":"2026-11-22T08:00:00Z","since_boot_ns":1,"containers":[{}]})",
        R"({"v":1,"ts":"2026-11-22T08:00:00Z","since_boot_ns":1,"containers":[{"id":"a","seen":{"cpu_ns":-1}}]})",
        R"({"v":1,"ts":"2026-11-22T08:00:00Z","since_boot_ns":1,"containers":[{"id":"a","seen":{"flows":[{"port":70000}]}}]})",
        R"({"v":1,"ts":"2026-11-22T08:00:00Z","since_boot_ns":1,"containers":[{"id":"a","seen":{"evidence":{"seen":[{"kind":"x"}]}}}]})");
    CHECK(parse_observation(text).error().kind == ErrorKind::Malformed);
}

TEST_CASE("whatever a container or a group is called, a record is one line of JSON")
{
    const auto name = GENERATE(as<std::string>{}, "a\nb", "\x1b[31m", std::string("a\0b", 3),
                               "\xff\xfe", "\"}\n{\"event\":\"look\"}", std::string(65536, 'x'),
                               "\xe2\x80\xae", "\xed\xa0\x80", "\\", "\r\v\f\x7f");
    SimulatedNode node;
    node.add(one, name).container.image = name;
    node[one].container.labels["com.docker.compose.project"] = name;
    node.now.unowned.push_back({.path = name, .inode = 5});
    node.now.unowned.front().started = 1000s;
    node.now.unowned.front().counters = {.cpu_ns = 0, .quota = 1.0};
    node.after(12, 300, 1);
    auto records = miner_records(node.last);
    records.push_back(render_observation(node.now, node.rules.owner_labels));
    for (const auto& record : records) {
        CHECK(record.find('\n') == record.size() - 1);
        CHECK(record.find('\x1b') == std::string::npos);
        CHECK(parse_json(record));
    }
    CHECK(records.size() >= 2);
    for (const auto& shown : {render_text(node.last), render_screen(node.state, Letters::Unicode),
                              explain(node.sighting(one), node.state.tracks.at(one), node.rules)}) {
        CHECK(shown.find('\x1b') == std::string::npos);
        CHECK(shown.find('\0') == std::string::npos);
    }
}

TEST_CASE("an explanation says what was measured, what it means, what is missing and unknown")
{
    SimulatedNode node;
    node.add(one, "web").container.image = "nginx";
    node[one].evidence = Evidence{.has_argv = false};
    node.after(12, 300, 1);
    const auto text = explain(node.sighting(one), node.state.tracks.at(one), node.rules);
    const auto says = [&text](std::string_view words) {
        INFO(text);
        return text.find(words) != std::string::npos;
    };
    CHECK(says("web (111111111111…), image nginx"));
    CHECK(says("over the last 5 minutes it used 75 s of a processor"));
    CHECK(says("demand 100 %"));
    CHECK(says("+25 sustained: it wants all that it may use"));
    CHECK(says("points of evidence (it has 0): without it the score ends at 59"));
    CHECK(says("its runtime hides them from the node"));
    CHECK(says("how long it waited for a crowded host"));
    CHECK(says("done about it:\n  nothing"));
    CHECK(text.find("null") == std::string::npos);
}

TEST_CASE("a container is meant by its name or the beginning of its id")
{
    SimulatedNode node;
    node.add(one, "web");
    node.add(two, "1111");
    node.after(1, 300, 0);
    CHECK(ids_meant(node.state, "web") == std::vector<std::string>{one});
    CHECK(ids_meant(node.state, "11111") == std::vector<std::string>{one});
    CHECK(ids_meant(node.state, "1111") == std::vector<std::string>{two}); // a name comes first
    CHECK(ids_meant(node.state, "").empty());
    CHECK(ids_meant(node.state, "nobody").empty());
    node.remove(one);
    node.after(1, 300, 0);
    CHECK(ids_meant(node.state, "web") == std::vector<std::string>{one});
    CHECK(explain_departed(one, node.state.departed.at(one)).find("does not run") !=
          std::string::npos);
}

TEST_CASE("a watch tells of verdicts that change, once each")
{
    SimulatedNode node;
    node.add(one, "web");
    LookChanges changes;
    std::string told;
    for (int i = 0; i < 14; ++i)
        told += changes.after(node.after(1, 300, 1));
    CHECK(told.find(" web: ok -> watch, ") != std::string::npos);
    CHECK(std::count(told.begin(), told.end(), '\n') <= 2);
    CHECK(changes.after(node.last).empty());
}
