#include "node/journal.h"
#include "node/journal_json.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using harden::test::FakeHost;

TEST_CASE("a transaction puts back bytes, modes, links and what was absent")
{
    FakeHost host;
    host.with_file("/etc/a", "old", 0640).with_link("/etc/l", "/x").with_file("/etc/gone", "g");
    const auto before = host.files();

    auto journal = Journal::begin(host, "test apply");
    REQUIRE(journal);
    for (const auto* file : {"/etc/a", "/etc/l", "/etc/gone", "/new/dir/b"})
        REQUIRE(journal->save(file));
    REQUIRE(host.write("/etc/a", "new", {.mode = 0600}));
    REQUIRE(host.link("/etc/l", "/y"));
    REQUIRE(host.remove("/etc/gone"));
    REQUIRE(host.write("/new/dir/b", "b"));
    CHECK(host.files() != before);

    REQUIRE(journal->roll_back("because"));
    CHECK(host.files() == before);
    const auto records = transactions(host);
    REQUIRE(records);
    CHECK(records->at(0).state == TxState::RolledBack);
    CHECK(records->at(0).note == "because");
}

TEST_CASE("undo commands run after the files are back")
{
    FakeHost host;
    host.with_file("/etc/a", "old");
    std::string seen;
    host.doing({"reload"}, [&](FakeHost& fake) {
        seen = *fake.read("/etc/a");
        return Output{};
    });
    auto journal = Journal::begin(host, "test apply");
    REQUIRE(journal);
    REQUIRE(journal->save_undo({"reload"}));
    REQUIRE(journal->save("/etc/a"));
    REQUIRE(host.write("/etc/a", "new"));
    REQUIRE(journal->roll_back("because"));
    CHECK(seen == "old");
}

TEST_CASE("an open transaction whose process is gone is interrupted")
{
    FakeHost host;
    host.with_file("/etc/a", "old");
    auto journal = Journal::begin(host, "test apply");
    REQUIRE(journal);
    REQUIRE(journal->save("/etc/a"));
    CHECK_FALSE(is_interrupted(transactions(host)->at(0), host));
    SECTION("by a kill")
    {
        host.survive();
        CHECK(is_interrupted(transactions(host)->at(0), host));
    }
    SECTION("by a reboot")
    {
        host.reboot();
        CHECK(is_interrupted(transactions(host)->at(0), host));
    }
    SECTION("but not once it is closed")
    {
        REQUIRE(journal->close(TxState::Committed, ""));
        host.survive();
        CHECK_FALSE(is_interrupted(transactions(host)->at(0), host));
    }
}

TEST_CASE("a record that is no record is an error, not a crash")
{
    for (const auto* text : {"", "{}", "[]", "{\"id\": 3}", "nul"})
        CHECK_FALSE(record_from_json(text));
}
