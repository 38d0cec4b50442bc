#include "steps/step.h"
#include "steps/transaction.h"
#include "support/catch.hpp"
#include "support/fake_node.h"
#include "support/fake_sshd.h"

using namespace harden;
using namespace harden::test;

static Step writing(std::string id, Path file, std::string text)
{
    return {.id = std::move(id), .title = "", .apply = [=](Node& node) -> Result<> {
                if (const auto now = node.host().read(file); now && *now == text)
                    return done;
                TRY(node.host().write(file, text));
                TRY(succeeded(node.host().run({"reload"}, {"reload"}), {"reload"}));
                return done;
            }};
}

static FakeNode& prepared(FakeNode& fake)
{
    make_ssh_server(fake.host);
    fake.host.with_file("/etc/a", "old a", 0640).answering({"reload"}, {});
    return fake;
}

static std::string armed(FakeNode& fake)
{
    const auto outcome = apply(writing("lock", "/etc/a", "new a"), fake.node, Arming{});
    REQUIRE(outcome);
    REQUIRE(outcome->ended == Ended::Armed);
    return outcome->transaction;
}

static std::string listed(const FakeHost& host, const std::string& id)
{
    return state_of(*transaction(host, id), host);
}

TEST_CASE("an armed change is announced and armed before the first byte changes")
{
    FakeNode fake;
    prepared(fake);
    const auto id = armed(fake);
    CHECK(listed(fake.host, id) == "armed until 2023-11-14T22:15:20Z");
    const auto& made = fake.host.made;
    REQUIRE(made.size() > 4);
    CHECK(made[0] == cat("write /var/lib/harden/tx/", id, "/record.json"));
    CHECK(made[1] == cat("write /etc/systemd/system/harden-boot-revert-", id, ".service"));
    CHECK(made[2].starts_with(
        "link /etc/systemd/system/multi-user.target.wants/harden-boot-revert-"));
    CHECK(made[3].starts_with("run systemd-run "));
    CHECK(made[3].ends_with(
        cat("/usr/libexec/harden/ssh-harden rollback ", id, " --if-unconfirmed")));
    CHECK(std::ranges::find(made, "write /etc/a") > made.begin() + 3);
}

TEST_CASE("a change that cannot be armed is not made")
{
    FakeNode fake;
    prepared(fake);
    fake.host.having("systemd-run",
                     [](auto&, auto&, auto) { return Output{.status = 1, .err = "no bus"}; });
    const auto before = fake.host.files();
    const auto outcome = apply(writing("lock", "/etc/a", "new a"), fake.node, Arming{});
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().message.find("no bus") != std::string::npos);
    CHECK(fake.host.files() == before);
    CHECK(transactions(fake.host)->empty());
}

TEST_CASE("unconfirmed, the node takes it back")
{
    FakeNode fake;
    prepared(fake);
    const auto before = fake.host.files();
    const auto id = armed(fake);
    const auto result = roll_back(fake.host, id, RollBack::IfUnconfirmed);
    REQUIRE(result);
    CHECK(result->is_changed);
    CHECK(fake.host.files() == before);
    CHECK(fake.host.ran.back() ==
          Command{"systemctl", "stop", cat("harden-revert-", id, ".timer")});
    CHECK(listed(fake.host, id) == "rolled back");
    CHECK(transaction(fake.host, id)->note == "not confirmed in time");
}

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

TEST_CASE("an armed change is confirmed by a login that is younger than it")
{
    FakeNode fake;
    prepared(fake);
    const auto id = armed(fake);
    const auto change = fake.host.clock.count();

    SECTION("not by the login that made it")
    {
        const auto kept = confirm(fake.host, id, Proof::NewLogin);
        REQUIRE_FALSE(kept);
        CHECK(kept.error().kind == ErrorKind::Denied);
        CHECK(kept.error().message.find("older than the change") != std::string::npos);
        CHECK(listed(fake.host, id).starts_with("armed"));
    }
    SECTION("not without a login")
    {
        fake.host.with_link("/proc/40/exe", "/usr/bin/tmux");
        CHECK(confirm(fake.host, id, Proof::NewLogin).error().message.find("no SSH login") !=
              std::string::npos);
        CHECK(
            confirm(fake.host, id, Proof::Console).error().message.find("not the machine's own") !=
            std::string::npos);
    }
    SECTION("but by a new one, after which nothing takes it back")
    {
        log_in(fake.host, "root", change + 1);
        const auto kept = confirm(fake.host, id, Proof::NewLogin);
        REQUIRE(kept);
        CHECK(kept->note == "confirmed by root over a new login");
        CHECK(fake.host.files().count(
                  cat("/etc/systemd/system/harden-boot-revert-", id, ".service")) == 0);
        const auto late = roll_back(fake.host, id, RollBack::IfUnconfirmed);
        REQUIRE(late);
        CHECK_FALSE(late->is_changed);
        CHECK(*fake.host.read("/etc/a") == "new a");
        CHECK(confirm(fake.host, id, Proof::NewLogin)); // again: nothing to do
    }
}

TEST_CASE("what is rolled back cannot be confirmed")
{
    FakeNode fake;
    prepared(fake);
    const auto id = armed(fake);
    REQUIRE(roll_back(fake.host, id, RollBack::IfUnconfirmed));
    log_in(fake.host, "root", fake.host.clock.count() + 1);
    const auto kept = confirm(fake.host, id, Proof::NewLogin);
    REQUIRE_FALSE(kept);
    CHECK(kept.error().message.find("it is rolled back, not confirmed in time") !=
          std::string::npos);
}

TEST_CASE("a file that waits for its confirmation is not changed by others")
{
    FakeNode fake;
    prepared(fake);
    const auto id = armed(fake);
    const auto refused = apply(writing("other", "/etc/a", "newer a"), fake.node);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find(cat("/etc/a belongs to ", id)) != std::string::npos);
    CHECK(apply(writing("other", "/etc/b", "b"), fake.node)->ended == Ended::Applied);
}

TEST_CASE("a run that finds an overdue change takes it back first")
{
    FakeNode fake;
    prepared(fake);
    const auto id = armed(fake);
    fake.host.clock += std::chrono::seconds{121};
    const auto outcome = apply(writing("other", "/etc/a", "newer a"), fake.node);
    REQUIRE(outcome);
    CHECK(outcome->recovered == std::vector<std::string>{id});
    CHECK(outcome->changes.at(0).from == "old a");
}

TEST_CASE("a rollback refuses while a later change to the same file stands")
{
    FakeNode fake;
    prepared(fake);
    const auto first = apply(writing("one", "/etc/a", "a1"), fake.node)->transaction;
    const auto second = apply(writing("two", "/etc/a", "a2"), fake.node)->transaction;
    const auto other = apply(writing("three", "/etc/b", "b"), fake.node)->transaction;

    const auto refused = roll_back(fake.host, first, RollBack::Wanted);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == cat("/etc/a was changed again by ", second, " (two apply)"));
    CHECK(refused.error().hint == cat("harden tx rollback ", second));
    CHECK(*fake.host.read("/etc/a") == "a2");

    REQUIRE(roll_back(fake.host, second, RollBack::Wanted));
    REQUIRE(roll_back(fake.host, first, RollBack::Wanted));
    CHECK(*fake.host.read("/etc/a") == "old a");
    CHECK(fake.host.status("/etc/a")->mode == 0640);
    CHECK(listed(fake.host, other) == "committed");
    CHECK_FALSE(roll_back(fake.host, first, RollBack::Wanted)->is_changed);
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

TEST_CASE("one run at a time; the other is told who holds the node")
{
    FakeNode fake;
    prepared(fake);
    fake.host.lock_holder = "7 egress apply";
    for (const auto& message : {apply(writing("one", "/etc/a", "a1"), fake.node).error().message,
                                roll_back(fake.host, "last", RollBack::Wanted).error().message,
                                confirm(fake.host, "last", Proof::NewLogin).error().message})
        CHECK(message.find("7 egress apply") != std::string::npos);
    CHECK(fake.host.made.empty());
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

TEST_CASE("a binary from anywhere leaves a copy of itself for the way back")
{
    FakeNode fake;
    prepared(fake);
    fake.host.with_link("/proc/self/exe", "/tmp/x y/ssh-harden")
        .with_file("/tmp/x y/ssh-harden", "ELF");
    fake.host.with_file("/proc/self/exe", "ELF");
    fake.host.with_link("/proc/self/exe", "/tmp/x y/ssh-harden");
    const auto id = armed(fake);
    const auto copy = Path{"/var/lib/harden/tx"} / id / "revert";
    CHECK(*fake.host.read(copy) == "ELF");
    CHECK(fake.host.status(copy)->mode == 0700);
    const auto unit =
        fake.host.read(cat("/etc/systemd/system/harden-boot-revert-", id, ".service"));
    CHECK(unit->find(cat("ExecStart=", copy.native(), " rollback ", id, " --if-unconfirmed\n")) !=
          std::string::npos);
    CHECK(unit->find("Before=ssh.service sshd.service") != std::string::npos);
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

TEST_CASE("an unknown transaction is answered with the nearest")
{
    FakeNode fake;
    prepared(fake);
    const auto id = apply(writing("one", "/etc/a", "a1"), fake.node)->transaction;
    CHECK(transaction(fake.host, "last")->id == id);
    const auto unknown = transaction(fake.host, id.substr(0, id.size() - 1));
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().hint == cat("did you mean ", id, "?"));
    CHECK(transaction(fake.host, "x").error().hint == "harden tx list");
}

TEST_CASE("a transaction is shown with what its rollback would do")
{
    FakeNode fake;
    prepared(fake);
    const auto id = apply(writing("one", "/etc/a", "a1"), fake.node)->transaction;
    const auto text = render_text(*transaction(fake.host, id), fake.host);
    CHECK(text.find("restore  /etc/a (5 bytes, 0640, 0:0)\n  run      reload\n") !=
          std::string::npos);
    const auto json = render_json(*transactions(fake.host), fake.host);
    CHECK(json.find("\"schema\": \"harden.tx/1\"") != std::string::npos);
    CHECK(json.find("\"state\": \"committed\"") != std::string::npos);
    CHECK(json.find("\"file\": \"/etc/a\"") != std::string::npos);
    CHECK(render_text(std::vector<TxRecord>{}, fake.host) == "no transactions\n");
}
