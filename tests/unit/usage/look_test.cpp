#include "base/json_view.h"
#include "cgroup_tree.h"
#include "node/no_meters.h"
#include "rules.h"
#include "usage/look.h"
#include "usage/miner_record.h"

using namespace harden;
using namespace harden::test;
using namespace std::chrono_literals;

namespace {

// One container "web" on a host of version 1, quota 0.25, looked at again and again.
struct Watched {
    FakeNode fake;
    MinerState state;
    MinerRules rules = shipped_rules();
    std::string id;
    int used = 0; // seconds of a processor

    explicit Watched(std::string name = "web")
    {
        on_version_1(fake.host);
        id = fake.docker.add(1, std::move(name)).id;
        group_of_version_1(fake.host, "docker/" + id, 0);
        fake.host.with_file("/proc/500/cmdline", "honest");
    }

    Look look()
    {
        group_of_version_1(fake.host, "docker/" + id, used);
        return look_as_it_is();
    }

    Look look_as_it_is()
    {
        const auto seen = observe(fake.node, NoMeters{}, state);
        REQUIRE(seen);
        const NoMeters none;
        auto result = fold(*seen, state, rules, closer_look(fake.node, none, rules));
        state = result.next;
        return result;
    }

    // `count` intervals of five minutes, each with so many seconds of a processor.
    Look after(int count, int seconds)
    {
        for (int i = 0; i < count; ++i) {
            fake.host.clock += 300s;
            used += seconds;
            look();
        }
        return look();
    }
};

}

TEST_CASE("the first look is a baseline, the second measures")
{
    Watched web;
    const auto first = web.look();
    CHECK_FALSE(first.sightings.front().interval);
    CHECK(first.sightings.front().judgement.verdict == MinerVerdict::Ok);
    CHECK(first.next.look.containers == 1);
    CHECK(first.next.look.measured == 0);

    const auto second = web.after(1, 75);
    CHECK(second.sightings.front().interval->demand == 1);
    CHECK(second.next.look.measured == 1);
}

TEST_CASE("a spinner in a quarter of a processor is sustained, an idle container is not")
{
    Watched spinner;
    spinner.look();
    const auto spun = spinner.after(12, 75).sightings.front();
    CHECK(spun.judgement.verdict == MinerVerdict::Watch);
    CHECK(spun.judgement.terms.front().name == "sustained");
    CHECK(spun.hot_since == "2023-11-14T22:18:20Z");

    Watched idle;
    idle.look();
    CHECK(idle.after(12, 0).sightings.front().judgement.terms.empty());
}

TEST_CASE("a miner's arguments in a hot container make it a miner")
{
    Watched web;
    web.fake.host.with_file("/proc/500/cmdline", "sh -o stratum+tcp://pool.example:3333");
    web.look();
    CHECK(web.after(1, 75).sightings.front().judgement.verdict == MinerVerdict::Watch);
    const auto look = web.after(11, 75);
    CHECK(look.sightings.front().judgement.verdict == MinerVerdict::Miner);
    CHECK(look.next.look.flagged == 1);
    CHECK(look.sightings.front().runtime == "runc");
}

TEST_CASE("the same arguments in an idle container are nobody's business")
{
    Watched web;
    web.fake.host.with_file("/proc/500/cmdline", "sh -o stratum+tcp://pool.example:3333");
    web.look();
    CHECK_FALSE(web.after(12, 1).sightings.front().evidence);
}

TEST_CASE("a restart of the host begins anew, says so and forgets nothing")
{
    Watched web;
    web.look();
    web.after(12, 75);
    web.fake.host.reboot();
    const auto look = web.look();
    CHECK_FALSE(look.sightings.front().interval);
    CHECK(look.next.look.note.find("restarted") != std::string::npos);
    CHECK(look.next.tracks.at(web.id).ring.size() == 12);
}

TEST_CASE("a counter that went back is a new baseline")
{
    Watched web;
    web.look();
    web.after(12, 75);
    web.used = 1;
    web.fake.host.clock += 300s;
    CHECK_FALSE(web.look().sightings.front().interval);
    CHECK(web.after(1, 30).sightings.front().interval->demand == 0.4);
}

TEST_CASE("a look that comes too soon measures nothing and forgets nothing")
{
    Watched web;
    web.look();
    const auto settled = web.after(3, 75);
    web.fake.host.clock += 5s;
    const auto soon = web.look();
    CHECK(soon.next.tracks.at(web.id).ring.size() == 3);
    CHECK(soon.next.tracks.at(web.id).last.stamp == settled.next.tracks.at(web.id).last.stamp);
}

TEST_CASE("a late look measures the time that really went by")
{
    Watched web;
    web.look();
    web.fake.host.clock += 1000s;
    web.used += 125;
    CHECK(web.look().sightings.front().interval->demand == 0.5);
}

TEST_CASE("a container that ended meanwhile is not seen, and remembered for its heirs")
{
    Watched web;
    web.look();
    for (const auto* controller : {"cpu", "cpuacct"})
        REQUIRE(web.fake.host.remove(cat("/c/", controller, "/docker/", web.id)));
    const auto look = web.look_as_it_is();
    CHECK(look.sightings.empty());
    CHECK(look.next.tracks.empty());
    CHECK(look.next.departed.contains(web.id));
    CHECK(look.next.look.containers == 0);
}

TEST_CASE("a container whose use cannot be read is unknown, which is logged")
{
    Watched web;
    group_of_version_1(web.fake.host, "docker/" + web.id, 0);
    web.fake.host.with_file("/c/cpuacct/docker/" + web.id + "/cpuacct.usage", "?");
    const auto look = web.look_as_it_is();
    CHECK(look.sightings.front().judgement.verdict == MinerVerdict::Unknown);
    CHECK(look.next.look.unknown == 1);
    const auto records = miner_records(look);
    REQUIRE(records.size() == 2);
    CHECK(records.front().find("\"cpu_s\":null") != std::string::npos);
}

TEST_CASE("without Docker there is no look")
{
    Watched web;
    web.fake.docker.running = false;
    CHECK(observe(web.fake.node, NoMeters{}, web.state).error().kind == ErrorKind::NotFound);
}

TEST_CASE("a name cannot forge a line of the log nor drive a terminal")
{
    Watched web{"x\"}\n{\"v\":1,\"event\":\"look\",\"ok\":true}\n\x1b[2J"};
    web.look();
    const auto look = web.after(12, 75);
    const auto records = miner_records(look);
    REQUIRE(records.size() == 2);
    for (const auto& record : records) {
        CHECK(record.find('\n') == record.size() - 1);
        CHECK(record.find('\x1b') == std::string::npos);
        CHECK(parse_json(record));
    }
    CHECK(parse_json(records.front())->text("event") == "container");
    CHECK(parse_json(records.front())->text("name").starts_with("x\"}\n"));
    CHECK(render_text(look).find('\x1b') == std::string::npos);
    CHECK(render_text(web.state).find('\x1b') == std::string::npos);
}

TEST_CASE("a look that failed is a line of the log too")
{
    const auto record =
        failed_look_record("2026-11-22T08:00:00Z", {ErrorKind::NotFound, "no\ndocker", {}});
    const auto json = parse_json(record);
    REQUIRE(json);
    CHECK_FALSE(json->boolean("ok"));
    CHECK(json->text("error") == "no\ndocker");
    CHECK(record.find('\n') == record.size() - 1);
}
