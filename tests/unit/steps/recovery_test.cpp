#include "unit/steps/changing.h"

using namespace harden;
using namespace harden::test;

TEST_CASE("after a restart the node takes it back before anybody logs in")
{
    FakeNode fake;
    prepared(fake);
    const auto id = armed(fake);
    fake.host.reboot();
    CHECK(listed(fake.host, id).starts_with("overdue since "));
    REQUIRE(roll_back(fake.host, id, RollBack::IfUnconfirmed));
    CHECK(*fake.host.read("/etc/a") == "old a");
    CHECK(transaction(fake.host, id)->note == "the machine restarted before it was confirmed");
}

TEST_CASE("a way back that fails needs a human and can be tried again")
{
    FakeNode fake;
    prepared(fake);
    const auto id = apply(writing("one", "/etc/a", "a1"), fake.node)->transaction;
    fake.host.doing({"reload"}, [](auto&) { return Output{.status = 1, .err = "sshd is gone"}; });
    const auto failed = roll_back(fake.host, id, RollBack::Wanted);
    REQUIRE(failed);
    CHECK(failed->problem.find("sshd is gone") != std::string::npos);
    CHECK(listed(fake.host, id) == "needs a human");
    fake.host.doing({"reload"}, [](auto&) { return Output{}; });
    CHECK(roll_back(fake.host, id, RollBack::Wanted)->problem.empty());
    CHECK(listed(fake.host, id) == "rolled back");
}

TEST_CASE("a process number that is used again does not hide an interruption")
{
    FakeNode fake;
    prepared(fake);
    fake.host.die_after(3);
    CHECK_FALSE(apply(writing("one", "/etc/a", "a1"), fake.node)->transaction.empty());
    auto record = transactions(fake.host)->at(0);
    fake.host.survive();
    CHECK(listed(fake.host, record.id) == "interrupted");
    fake.host.with_file(Path{"/proc"} / std::to_string(record.pid) / "stat",
                        "9 (other) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 777777 0\n");
    CHECK(listed(fake.host, record.id) == "interrupted");
}

TEST_CASE("without systemd a background process and cron take it back")
{
    FakeNode fake;
    prepared(fake);
    REQUIRE(fake.host.remove("/run/systemd/system"));
    fake.host.with_file("/etc/cron.d/x", "");
    fake.host.having("/usr/libexec/harden/ssh-harden", [](auto&, auto&, auto) { return Output{}; });
    const auto id = armed(fake);
    CHECK(fake.host.ran.front() == Command{"/usr/libexec/harden/ssh-harden", "rollback", id,
                                           "--if-unconfirmed", "--after", "120"});
    CHECK(*fake.host.read(cat("/etc/cron.d/harden-boot-revert-", id)) ==
          cat("@reboot root /usr/libexec/harden/ssh-harden rollback ", id, " --if-unconfirmed\n"));
    REQUIRE(roll_back(fake.host, id, RollBack::IfUnconfirmed));
    CHECK_FALSE(fake.host.read(cat("/etc/cron.d/harden-boot-revert-", id)));
}

TEST_CASE("what a run saved that was killed before its record is swept away")
{
    FakeNode fake;
    prepared(fake);
    fake.host.with_file("/var/lib/harden/tx/20200101T000000Z-1/before-0", "bytes");
    CHECK(transactions(fake.host)->empty());
    REQUIRE(apply(writing("one", "/etc/a", "a1"), fake.node));
    CHECK(fake.host.status("/var/lib/harden/tx/20200101T000000Z-1").is_absent());
    CHECK(transactions(fake.host)->size() == 1);
}

TEST_CASE("a record that cannot be read stops every change and says what to do")
{
    FakeNode fake;
    prepared(fake);
    const auto id = apply(writing("one", "/etc/a", "a1"), fake.node)->transaction;
    fake.host.with_file("/var/lib/harden/tx/20300101T000000Z-1/record.json", "");
    const auto made = fake.host.made.size();
    const auto refused = apply(writing("one", "/etc/a", "a2"), fake.node);
    REQUIRE(refused);
    CHECK(refused->ended == Ended::Broken);
    CHECK(refused->problem.message.find("nobody can tell what 20300101T000000Z-1 changed") == 0);
    CHECK(refused->problem.hint.find("/var/lib/harden/tx/20300101T000000Z-1") != std::string::npos);
    CHECK_FALSE(roll_back(fake.host, id, RollBack::Wanted));
    CHECK_FALSE(roll_back(fake.host, "20300101T000000Z-1", RollBack::Wanted)->problem.empty());
    CHECK(fake.host.made.size() == made);
    CHECK(listed(fake.host, "20300101T000000Z-1") == "unreadable, needs a human");
}

TEST_CASE("a guard stands before the first change and before a rollback")
{
    FakeNode fake;
    prepared(fake);
    const auto own = fake.host.status("/proc/self")->target.native();
    const Command guard{"/usr/libexec/harden/tx", "recover", "--when-gone", own};
    fake.host.with_file("/usr/libexec/harden/tx", "ELF").answering(guard, {});
    const auto id = apply(writing("one", "/etc/a", "a1"), fake.node)->transaction;
    CHECK(fake.host.made.front() == cat("run ", join(guard, " ")));
    CHECK(apply(writing("one", "/etc/a", "a1"), fake.node)->ended == Ended::Unchanged);
    CHECK(std::ranges::count(fake.host.ran, guard) == 1);
    REQUIRE(roll_back(fake.host, id, RollBack::Wanted));
    CHECK(std::ranges::count(fake.host.ran, guard) == 2);
}

TEST_CASE("where no guard can stand nothing is changed")
{
    FakeNode fake;
    prepared(fake);
    fake.host.with_file("/usr/libexec/harden/tx", "not a program");
    CHECK_FALSE(apply(writing("one", "/etc/a", "a1"), fake.node));
    CHECK(*fake.host.read("/etc/a") == "old a");
    CHECK(transactions(fake.host)->empty());
}

TEST_CASE("recover puts back what was interrupted and the units that were left")
{
    FakeNode fake;
    prepared(fake);
    fake.host.die_after(3);
    [[maybe_unused]] const auto killed = apply(writing("one", "/etc/a", "a1"), fake.node);
    fake.host.survive();
    fake.host.with_file("/etc/systemd/system/harden-boot-revert-20200101T000000Z-1.service", "");
    fake.host.with_file("/etc/cron.d/.harden-boot-revert-20200101T000000Z-1.harden-7", "");
    const auto recovery = recover(fake.host);
    REQUIRE(recovery);
    CHECK(recovery->undone.size() == 1);
    CHECK_FALSE(recovery->blocked);
    CHECK(*fake.host.read("/etc/a") == "old a");
    for (const auto* directory : {"/etc/systemd/system", "/etc/cron.d"})
        for (const auto& name :
             fake.host.list(directory) ? *fake.host.list(directory) : std::vector<std::string>{})
            CHECK(name.find("boot-revert") == std::string::npos);
    CHECK(recover(fake.host)->undone.empty());
}
