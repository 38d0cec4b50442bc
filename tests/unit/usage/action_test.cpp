#include "rules.h"
#include "support/fake_container_actions.h"
#include "support/fake_host.h"
#include "usage/act.h"
#include "usage/action_standing.h"
#include "usage/webhook_queue.h"

using namespace harden;
using namespace harden::test;
using namespace std::chrono_literals;

namespace {

std::string id_of(int number)
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
        host.clock += 300s;
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
};

const Sighting& of(const Look& look, int number)
{
    for (const auto& each : look.sightings)
        if (each.container.id == id_of(number))
            return each;
    FAIL("it is not there");
    return look.sightings.front();
}

constexpr auto pauses = "[actions]\nminer = [\"pause\"]\n";
constexpr auto kills = "[actions]\nminer = [\"kill\"]\ncool_down_s = 0\n";

}

TEST_CASE("as shipped nothing is touched, whatever is found")
{
    Fleet fleet{""};
    fleet.verdicts[1] = MinerVerdict::Miner;
    for (int i = 0; i < 5; ++i)
        CHECK(of(fleet.acted(), 1).action == "none");
    CHECK(fleet.engine.made.empty());
    CHECK(fleet.host.made.empty());
}

TEST_CASE("a miner is paused at the second look and stays one while it is paused")
{
    Fleet fleet{pauses};
    fleet.verdicts[1] = MinerVerdict::Miner;
    const auto first = fleet.acted();
    CHECK(of(first, 1).action == "none");
    CHECK(of(first, 1).held == "seen so 1 of 2 times");
    CHECK(fleet.engine.made.empty());

    const auto second = fleet.acted();
    CHECK(of(second, 1).action == "pause");
    CHECK(of(second, 1).action_error.empty());
    CHECK(fleet.engine.made == std::vector<std::string>{"pause " + id_of(1)});

    const auto third = fleet.acted();
    CHECK(of(third, 1).judgement.verdict == MinerVerdict::Miner);
    CHECK(of(third, 1).judgement.score == 89);
    CHECK(of(third, 1).action == "none");
    CHECK(third.next.look.flagged == 1);
    CHECK(third.next.tracks.at(id_of(1)).verdict == "miner");
    CHECK(fleet.engine.made.size() == 1);
    CHECK(render_paused(third.next).find("docker unpause 000000000000 ") != std::string::npos);
}

TEST_CASE("one that abuses the network is dealt with as a suspect is")
{
    Fleet shipped{""};
    shipped.abusers = {3};
    shipped.acted();
    CHECK(shipped.acted().next.look.flagged == 1);
    CHECK(shipped.engine.made.empty());

    Fleet fleet{"[actions]\nsuspect = [\"pause\"]\n"};
    fleet.abusers = {3};
    CHECK(of(fleet.acted(), 3).held == "seen so 1 of 2 times");
    CHECK(of(fleet.acted(), 3).action == "pause");
    CHECK(fleet.engine.made == std::vector<std::string>{"pause " + id_of(3)});
}

TEST_CASE("two looks at one sample confirm nothing")
{
    Fleet fleet{pauses};
    fleet.verdicts[1] = MinerVerdict::Miner;
    fleet.acted();
    fleet.host.clock -= 300s; // acted() adds it again
    CHECK(of(fleet.acted(), 1).held == "seen so 1 of 2 times");
    CHECK(of(fleet.acted(), 1).action == "pause");
}

TEST_CASE("another verdict in between begins anew")
{
    Fleet fleet{"[actions]\nminer = [\"pause\"]\nsuspect = [\"limit\"]\n"};
    fleet.verdicts[1] = MinerVerdict::Miner;
    fleet.acted();
    fleet.verdicts[1] = MinerVerdict::Suspect;
    fleet.acted();
    fleet.verdicts[1] = MinerVerdict::Miner;
    fleet.acted();
    CHECK(fleet.engine.made.empty());
    fleet.acted();
    CHECK(fleet.engine.made.size() == 1);
}

TEST_CASE("one that is let go is judged anew and not paused before it has cooled down")
{
    Fleet fleet{pauses};
    fleet.verdicts[1] = MinerVerdict::Miner;
    fleet.acted();
    fleet.acted();
    fleet.acted();
    REQUIRE(fleet.engine.unpause(id_of(1)));
    CHECK(of(fleet.acted(), 1).held == "seen so 1 of 2 times");
    CHECK(of(fleet.acted(), 1).held.starts_with("cools down until "));
    CHECK(render_paused(fleet.state).empty());
    fleet.host.clock += 3600s;
    CHECK(of(fleet.acted(), 1).action == "pause");
}

TEST_CASE("a container that somebody else has paused is left alone")
{
    Fleet fleet{pauses};
    fleet.verdicts[1] = MinerVerdict::Miner;
    fleet.acted();
    fleet.engine.containers[id_of(1)].status = "paused";
    CHECK(of(fleet.acted(), 1).judgement.verdict == MinerVerdict::Ok);
    fleet.acted();
    CHECK(fleet.engine.made.empty());
    CHECK(render_paused(fleet.state).empty());
}

TEST_CASE("a ladder is climbed one rung a cool-down, the mildest first")
{
    Fleet fleet{"[actions]\nminer = [\"stop\", \"limit\", \"pause\"]\ncool_down_s = 600\n"};
    fleet.verdicts[1] = MinerVerdict::Miner;
    std::vector<std::string> actions;
    for (int i = 0; i < 7; ++i) {
        const auto look = fleet.acted();
        actions.push_back(look.sightings.size() == 10 ? of(look, 1).action : "gone");
    }
    CHECK(actions ==
          std::vector<std::string>{"none", "limit", "none", "pause", "none", "stop", "gone"});
    CHECK(fleet.engine.containers[id_of(1)].processors == 0.1);
    CHECK(fleet.state.totals.actions.at("limit") == 1);
    CHECK(fleet.state.totals.ended.size() == 1);
}

TEST_CASE("on version 1 a ladder ends with a pause")
{
    Fleet fleet{"[actions]\nminer = [\"pause\", \"kill\"]\ncool_down_s = 0\n"};
    fleet.verdicts[1] = MinerVerdict::Miner;
    fleet.tells_pressure = false;
    for (int i = 0; i < 6; ++i)
        fleet.acted();
    CHECK(fleet.engine.made == std::vector<std::string>{"pause " + id_of(1)});
}

TEST_CASE("a limit that is there already is passed over")
{
    Fleet fleet{"[actions]\nminer = [\"limit\", \"pause\"]\nlimit_cpus = 2.0\n"};
    fleet.verdicts[1] = MinerVerdict::Miner;
    fleet.acted();
    CHECK(of(fleet.acted(), 1).action == "pause");
}

TEST_CASE("who is told and touched hangs on what is known", "[table]")
{
    struct Row {
        std::string what;
        std::string site;
        MinerVerdict verdict;
        double confidence;
        bool tells_pressure;
        std::string action;
        std::string held;
    };
    const auto row = GENERATE(values<Row>({
        {"a sure miner", kills, MinerVerdict::Miner, 1, true, "kill", ""},
        {"version 1 ends nobody", kills, MinerVerdict::Miner, 1, false, "none",
         "this host does not tell how crowded it is"},
        {"version 1 pauses", pauses, MinerVerdict::Miner, 0.86, false, "pause", ""},
        {"too unsure to kill", kills, MinerVerdict::Miner, 0.8, true, "none",
         "confidence 0.8 is below 0.9"},
        {"too unsure to pause", pauses, MinerVerdict::Miner, 0.4, true, "none",
         "confidence 0.4 is below 0.5"},
        {"a suspect is no miner", kills, MinerVerdict::Suspect, 1, true, "none", ""},
        {"watch is no finding", kills, MinerVerdict::Watch, 1, true, "none", ""},
        {"unknown is none", kills, MinerVerdict::Unknown, 0, true, "none", ""},
        {"a suspect's own ladder", "[actions]\nsuspect = [\"limit\"]\n", MinerVerdict::Suspect, 1,
         true, "limit", ""},
    }));
    INFO(row.what);
    Fleet fleet{row.site};
    fleet.verdicts[1] = row.verdict;
    fleet.confidence = row.confidence;
    fleet.tells_pressure = row.tells_pressure;
    fleet.acted();
    const auto look = fleet.acted();
    CHECK(of(look, 1).action == row.action);
    CHECK(of(look, 1).held.starts_with(row.held));
}

TEST_CASE("where more than a share of the fleet matches nobody is touched")
{
    Fleet fleet{kills, 10};
    for (int number = 1; number <= 3; ++number)
        fleet.verdicts[number] = MinerVerdict::Miner;
    for (int i = 0; i < 4; ++i)
        CHECK(of(fleet.acted(), 1).action == "none");
    CHECK(of(fleet.acted(), 1).held.starts_with("3 of 10 containers match"));
    CHECK(fleet.engine.made.empty());

    SECTION("two of ten are acted upon, and what was ended counts for a day")
    {
        fleet.verdicts[3] = MinerVerdict::Ok;
        fleet.acted();
        CHECK(fleet.engine.made.size() == 2);
        fleet.verdicts[3] = MinerVerdict::Miner;
        fleet.acted();
        CHECK(of(fleet.acted(), 3).held.starts_with("3 of 10 containers match"));
        CHECK(fleet.engine.made.size() == 2);
    }
}

TEST_CASE("one container of a small fleet may be acted upon")
{
    Fleet fleet{pauses, 2};
    fleet.verdicts[1] = MinerVerdict::Miner;
    fleet.acted();
    CHECK(of(fleet.acted(), 1).action == "pause");
}

TEST_CASE("one look touches no more than its number, the worst first")
{
    Fleet fleet{cat(pauses, "most_per_run = 1\n"), 20};
    fleet.verdicts[4] = fleet.verdicts[2] = MinerVerdict::Miner;
    fleet.acted();
    const auto second = fleet.acted();
    CHECK(of(second, 2).action == "pause");
    CHECK(of(second, 4).held == "pause waits: most_per_run is reached");
    CHECK(of(fleet.acted(), 4).action == "pause");
}

TEST_CASE("what Docker refuses stands in the record and is tried again")
{
    Fleet fleet{pauses};
    fleet.verdicts[1] = MinerVerdict::Miner;
    fleet.acted();
    fleet.engine.broken = "docker says: no";
    const auto look = fleet.acted();
    CHECK(of(look, 1).action == "pause");
    CHECK(of(look, 1).action_error == "docker says: no");
    CHECK(look.next.totals.actions.empty());
    fleet.engine.broken.clear();
    CHECK(of(fleet.acted(), 1).action_error.empty());
    CHECK(fleet.engine.made.size() == 1);
}

TEST_CASE("a look that is killed after it has begun an action is finished by the next one")
{
    Fleet fleet{pauses};
    fleet.verdicts[1] = MinerVerdict::Miner;
    fleet.acted();
    fleet.host.clock += 300s;
    auto look = fleet.look();
    const auto decisions = consider(look, fleet.host, fleet.engine, fleet.rules);
    REQUIRE(decisions);
    REQUIRE(announce(look, *decisions, fleet.host.now()->wall));
    fleet.state = look.next;
    const bool was_done = GENERATE(false, true);
    if (was_done)
        REQUIRE(fleet.engine.pause(id_of(1)));
    // killed here
    const auto next = fleet.acted();
    CHECK(of(next, 1).action == "pause");
    CHECK(fleet.engine.containers[id_of(1)].status == "paused");
    CHECK_FALSE(next.next.tracks.at(id_of(1)).standing.is_pending);
    CHECK(of(fleet.acted(), 1).action == "none");
}

TEST_CASE("the state is kept before anything is touched")
{
    Fleet fleet{pauses};
    fleet.verdicts[1] = MinerVerdict::Miner;
    fleet.acted();
    CHECK(fleet.kept == 1);
    fleet.acted();
    CHECK(fleet.kept == 3);
}

TEST_CASE("an exempt container is judged, logged and left alone")
{
    Fleet fleet{cat(pauses, "[exempt.ours]\nimage = \"sha256:", std::string(64, 'a'),
                    "\"\nreason = \"builds\"\nexpires = \"2024-01-01\"\n")};
    fleet.verdicts[1] = MinerVerdict::Miner;
    fleet.acted();
    const auto look = fleet.acted();
    CHECK(of(look, 1).judgement.verdict == MinerVerdict::Miner);
    CHECK(of(look, 1).exempt == "ours");
    CHECK(of(look, 1).action == "none");
    CHECK(look.next.look.flagged == 0);

    fleet.host.clock += 60 * 24h;
    const auto later = fleet.acted();
    CHECK(of(later, 1).exempt.empty());
    CHECK(of(later, 1).action == "pause");
    CHECK(later.next.look.flagged == 1);
    CHECK(later.next.look.note.find("expired exemptions: ours") != std::string::npos);
}

TEST_CASE("a webhook tells of a verdict once, and of each action")
{
    Fleet fleet{"[actions]\nminer = [\"webhook\", \"pause\"]\nsuspect = [\"webhook\"]\n"
                "[webhook]\nurl = \"https://hooks.example/x\"\n"};
    const auto queued = [&] { return queued_webhooks(fleet.host)->size(); };
    fleet.verdicts[1] = MinerVerdict::Suspect;
    fleet.acted();
    CHECK(queued() == 0);
    CHECK(of(fleet.acted(), 1).action == "webhook");
    CHECK(queued() == 1);
    fleet.acted();
    CHECK(queued() == 1);
    fleet.verdicts[1] = MinerVerdict::Miner;
    fleet.acted();
    CHECK(of(fleet.acted(), 1).action == "pause");
    CHECK(queued() == 2);
    const auto body = parse_webhook_event(*fleet.host.read(queued_webhooks(fleet.host)->back()));
    REQUIRE(body);
    CHECK(body->body.find(R"("node":"node7")") != std::string::npos);
    CHECK(body->body.find(R"("action":"pause")") != std::string::npos);
    fleet.acted();
    CHECK(queued() == 2);
}

TEST_CASE("what would be done is said before it is")
{
    Fleet fleet{pauses};
    fleet.verdicts[1] = MinerVerdict::Miner;
    fleet.acted();
    fleet.host.clock += 300s;
    auto look = fleet.look();
    const auto decisions = consider(look, fleet.host, fleet.engine, fleet.rules);
    REQUIRE(decisions);
    CHECK(render_decisions(*decisions) == "would pause 000000000000 (c1): miner\n");
    CHECK(fleet.engine.made.empty());
    CHECK(render_decisions({}) == "nothing would be done\n");
}

TEST_CASE("an action of the command line holds for miners alone")
{
    Fleet fleet{"[actions]\nminer = [\"pause\"]\nsuspect = [\"limit\"]\n"};
    REQUIRE(choose_action(fleet.rules, "kill"));
    CHECK(fleet.rules.miner == std::vector{MinerAction::Kill});
    CHECK(fleet.rules.suspect == std::vector{MinerAction::Limit});
    REQUIRE(choose_action(fleet.rules, "log"));
    CHECK(fleet.rules.suspect.empty());
    CHECK(choose_action(fleet.rules, "puase").error().hint == "did you mean \"pause\"?");
    CHECK_FALSE(choose_action(fleet.rules, "webhook"));
}
