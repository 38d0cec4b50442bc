#include "cli/tool.h"
#include "unit/steps/changing.h"

using namespace harden;
using namespace harden::test;

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

TEST_CASE("who is told of an armed change and logs in then is younger than it")
{
    FakeNode fake;
    prepared(fake);
    const auto begin = std::chrono::steady_clock::now();
    const auto exit = apply_and_show(writing("lock", "/etc/a", "new a"), fake.node, "ssh-harden",
                                     Format::Text, Arming{});
    CHECK(std::chrono::steady_clock::now() - begin >= login_age_step);
    CHECK(exit);
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
