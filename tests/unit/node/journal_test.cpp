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
    REQUIRE(journal->save_undo({"reload"}, Undo::AfterFiles));
    REQUIRE(journal->save("/etc/a"));
    REQUIRE(host.write("/etc/a", "new"));
    REQUIRE(journal->roll_back("because"));
    CHECK(seen == "old");
}

TEST_CASE("what stops something runs while the files that it is about are there")
{
    FakeHost host;
    host.doing({"stop", "x"}, [&](FakeHost& fake) {
        const bool is_known = static_cast<bool>(fake.status("/etc/x.service"));
        return is_known ? Output{} : Output{.status = 5, .err = "unit x is not loaded"};
    });
    auto journal = Journal::begin(host, "test apply");
    REQUIRE(journal);
    REQUIRE(journal->save("/etc/x.service"));
    REQUIRE(host.write("/etc/x.service", "new"));
    REQUIRE(journal->save_undo({"stop", "x"}, Undo::BeforeFiles));
    const auto id = journal->record().id;
    SECTION("at once")
    {
        CHECK(journal->roll_back("because"));
    }
    SECTION("and again, wherever the first attempt ended")
    {
        for (int changes = 0; changes < 5; ++changes) {
            host.die_after(changes);
            [[maybe_unused]] const auto failed = Journal::open(host, id)->roll_back("because");
            host.survive();
        }
        INFO(*host.read(record_file(id)));
        CHECK(Journal::open(host, id)->roll_back("because"));
    }
    CHECK(host.status("/etc/x.service").is_absent());
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

TEST_CASE("a torn record is listed as unreadable beside the others")
{
    FakeHost host;
    for (const auto* text : {"", "{", "{\"id\": \"x\"}"}) {
        host.with_file("/var/lib/harden/tx/20200101T000000Z-1/record.json", text);
        const auto records = transactions(host);
        REQUIRE(records);
        REQUIRE(records->size() == 1);
        CHECK(records->at(0).id == "20200101T000000Z-1");
        CHECK(records->at(0).state == TxState::Unreadable);
        CHECK_FALSE(records->at(0).note.empty());
    }
}

TEST_CASE("a process that has ended is gone, although nobody has asked about it yet")
{
    FakeHost host;
    const auto stat = [](std::string state) {
        return cat("7 (a b) ", state, " 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 0\n");
    };
    host.with_file("/proc/7/stat", stat("S"));
    CHECK(start_of_process(host, 7) == "4711");
    host.with_file("/proc/7/stat", stat("Z"));
    CHECK(start_of_process(host, 7).empty());
}

TEST_CASE("what killed writes left beside a file is swept away, and nothing else")
{
    FakeHost host;
    host.with_file("/etc/.a.harden-12", "half").with_file("/etc/.a.harden-7", "half");
    host.with_file("/etc/a", "a").with_file("/etc/.ab.harden-7", "b").with_file("/etc/.a", "");
    REQUIRE(sweep_beside(host, "/etc/a"));
    CHECK(*host.list("/etc") == std::vector<std::string>{".a", ".ab.harden-7", "a"});
}

TEST_CASE("a record that is no record is an error, not a crash")
{
    for (const auto* text : {"", "{}", "[]", "{\"id\": 3}", "nul"})
        CHECK_FALSE(record_from_json(text));
}
