#include "fleet.h"
#include "usage/webhook_queue.h"

using namespace harden;
using namespace harden::test;

TEST_CASE("as shipped nothing is touched, whatever is found")
{
    Fleet fleet{""};
    fleet.verdicts[1] = MinerVerdict::Miner;
    for (int i = 0; i < 5; ++i)
        CHECK(of(fleet.acted(), 1).action == "none");
    CHECK(fleet.engine.made.empty());
    CHECK(fleet.host.made.empty());
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
    auto [look, decisions] = fleet.considered();
    REQUIRE(announce(look, decisions, fleet.host.now()->wall));
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
