#include "node/journal.h"
#include "steps/step.h"
#include "support/catch.hpp"
#include "support/fake_node.h"

using namespace harden;
using harden::test::FakeNode;

static Step two_files()
{
    auto apply = [](Node& node) -> Result<> {
        if (node.host().read("/etc/b") && *node.host().read("/etc/b") == "new b")
            return done;
        TRY(node.host().write("/etc/a", "new a"));
        TRY(node.host().write("/etc/b", "new b"));
        TRY(succeeded(node.host().run({"reload"}, {"reload"}), {"reload"}));
        return done;
    };
    return {.id = "two", .title = "Two files", .apply = apply};
}

TEST_CASE("a step that is applied twice is applied once")
{
    FakeNode fake;
    fake.host.with_file("/etc/a", "a").answering({"reload"}, {});
    CHECK(plan(two_files(), fake.node)->size() == 3);
    CHECK(fake.host.made.empty());

    const auto first = apply(two_files(), fake.node);
    REQUIRE(first);
    CHECK(first->ended == Ended::Applied);
    CHECK(first->changes.size() == 3);
    const auto after = fake.host.files();
    const auto made = fake.host.made.size();

    const auto second = apply(two_files(), fake.node);
    REQUIRE(second);
    CHECK(second->ended == Ended::Unchanged);
    CHECK(fake.host.files() == after);
    CHECK(fake.host.made.size() == made);
}

TEST_CASE("a step that fails leaves what it found")
{
    FakeNode fake;
    fake.host.with_file("/etc/a", "a");
    auto reloads = 0;
    fake.host.doing({"reload"}, [&](auto&) {
        return ++reloads == 1 ? Output{.status = 1, .err = "bad"} : Output{};
    });
    const auto before = fake.host.files();
    const auto outcome = apply(two_files(), fake.node);
    REQUIRE(outcome);
    CHECK(outcome->ended == Ended::RolledBack);
    CHECK(outcome->problem.message.find("bad") != std::string::npos);
    CHECK(fake.host.files() == before);
    CHECK(reloads == 2);
    CHECK(transactions(fake.host)->at(0).state == TxState::RolledBack);
}

TEST_CASE("killed after any change, the next run converges")
{
    for (int changes = 0; changes < 16; ++changes) {
        FakeNode fake;
        fake.host.with_file("/etc/a", "a").answering({"reload"}, {});
        fake.host.die_after(changes);
        const auto killed = apply(two_files(), fake.node);
        const bool finished = killed && killed->ended == Ended::Applied;
        fake.host.survive();

        INFO("killed after " << changes << " changes");
        const auto again = apply(two_files(), fake.node);
        REQUIRE(again);
        CHECK(again->ended == (finished ? Ended::Unchanged : Ended::Applied));
        CHECK(*fake.host.read("/etc/a") == "new a");
        CHECK(*fake.host.read("/etc/b") == "new b");
        for (const auto& record : *transactions(fake.host))
            CHECK_FALSE(is_interrupted(record, fake.host));
    }
}
