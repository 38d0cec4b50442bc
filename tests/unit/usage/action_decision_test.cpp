#include "fleet.h"

using namespace harden;
using namespace harden::test;

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

TEST_CASE("what would be done is said before it is")
{
    Fleet fleet{pauses};
    fleet.verdicts[1] = MinerVerdict::Miner;
    fleet.acted();
    CHECK(render_decisions(fleet.considered().second) == "would pause 000000000000 (c1): miner\n");
    CHECK(fleet.engine.made.empty());
    CHECK(render_decisions({}) == "nothing would be done\n");
}
