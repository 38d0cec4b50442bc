#include "base/json_view.h"
#include "fleet.h"
#include "usage/miner_record.h"

using namespace harden;
using namespace harden::test;
using namespace std::chrono_literals;

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

TEST_CASE("the status for programs tells what stands of what was done")
{
    Fleet fleet{pauses, 2};
    fleet.verdicts[1] = MinerVerdict::Miner;
    fleet.acted();
    const auto text = render_json(fleet.acted().next);
    const auto status = parse_json(text);
    REQUIRE(status);
    const auto rows = status->rows("containers");
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].text("action") == "pause");
    CHECK(rows[0].text("action_time") == to_rfc3339(fleet.host.now()->wall));
    CHECK(rows[0].boolean("paused"));
    CHECK(text.find(R"("action":null,"action_time":null,"paused":false)") != std::string::npos);
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
