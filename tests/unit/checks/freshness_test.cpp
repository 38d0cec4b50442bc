#include "checks/freshness.h"
#include "node/journal.h"
#include "unit/checks/ask.h"

using namespace harden;
using namespace harden::test;

using namespace std::chrono_literals;

static void write_before(FakeHost& host, const std::string& file, const std::string& text,
                         std::chrono::seconds ago)
{
    const auto now = host.clock;
    host.clock -= ago;
    REQUIRE(host.write(file, text, {}));
    host.clock = now;
}

TEST_CASE("detector.alerts-delivered")
{
    constexpr auto id = "detector.alerts-delivered";
    FakeNode fake;
    CHECK(verdict_of(id, fake.node) == Verdict::NotApplicable);
    fake.host.with_file("/etc/harden/verify.toml",
                        "version = 1\n[detector]\ndelivery_record = \"/run/sent\"\n");
    CHECK(contains(ask(id, fake.node).evidence, "nothing was ever delivered"));
    write_before(fake.host, "/run/sent", "", 3h);
    CHECK(ask(id, fake.node).evidence == "last delivery 3 h ago");
    CHECK(verdict_of(id, fake.node) == Verdict::Pass);
    write_before(fake.host, "/run/sent", "", 25h);
    CHECK(verdict_of(id, fake.node) == Verdict::Fail);
    write_before(fake.host, "/run/sent", "", -1h);
    CHECK(verdict_of(id, fake.node) == Verdict::Unknown);
}

TEST_CASE("detector.verified-recently")
{
    const auto asked = [](FakeNode& fake) {
        return ask("detector.verified-recently", fake.node, {}, Profile::Strict);
    };
    FakeNode fake;
    CHECK(asked(fake).evidence == "no report is kept; harden-verify.timer is not there");
    fake.host.answering({"systemctl", "is-active", verify_timer}, {3, "inactive\n", ""});
    write_before(fake.host, verify_record_file, "{}", 30h);
    CHECK(asked(fake).evidence == "last 30 h ago; harden-verify.timer is inactive");
    CHECK(asked(fake).verdict == Verdict::Fail);
    write_before(fake.host, verify_record_file, "{}", 23h);
    CHECK(asked(fake).verdict == Verdict::Pass);
    write_before(fake.host, verify_record_file, "", 1h);
    CHECK(asked(fake).verdict == Verdict::Fail);
    write_before(fake.host, verify_record_file, "{}", -1h);
    CHECK(asked(fake).verdict == Verdict::Unknown);
}

TEST_CASE("detector.runtime-monitoring")
{
    constexpr auto id = "detector.runtime-monitoring";
    FakeNode fake;
    CHECK(verdict_of(id, fake.node) == Verdict::NotApplicable);
    SECTION("Falco that is set up must run")
    {
        fake.host.with_file("/etc/falco/falco.yaml", "");
        fake.host.with_file("/proc/7/comm", "cron\n");
        CHECK(verdict_of(id, fake.node) == Verdict::Fail);
        fake.host.with_file("/proc/8/comm", "falco\n");
        CHECK(verdict_of(id, fake.node) == Verdict::Pass);
    }
    SECTION("somebody must listen to gVisor's events")
    {
        fake.host.with_file("/etc/docker/daemon.json",
                            R"({"runtimes": {"runsc": {"path": "/x", "runtimeArgs": )"
                            R"(["--pod-init-config=/etc/session.json"]}}})");
        CHECK(verdict_of(id, fake.node) == Verdict::Unknown);
        fake.host.with_file("/etc/session.json", R"({"trace_session": {"name": "Default",
            "sinks": [{"name": "remote", "config": {"endpoint": "/run/events.sock"}}]}})");
        fake.host.with_file("/proc/net/unix",
                            "Num RefCount Protocol Flags Type St Inode Path\n"
                            "0: 00000003 00000000 00000000 0001 03 30251 /run/events.sock\n");
        CHECK(ask(id, fake.node).evidence == "nobody listens on /run/events.sock");
        fake.host.with_file("/proc/net/unix",
                            "Num RefCount Protocol Flags Type St Inode Path\n"
                            "0: 00000002 00000000 00010000 0001 01 30251 /run/events.sock\n");
        CHECK(verdict_of(id, fake.node) == Verdict::Pass);
        fake.host.with_file("/etc/session.json", "[");
        CHECK(verdict_of(id, fake.node) == Verdict::Unknown);
    }
}

TEST_CASE("detector.rollback-possible")
{
    constexpr auto id = "detector.rollback-possible";
    FakeNode fake;
    CHECK(verdict_of(id, fake.node) == Verdict::NotApplicable);
    fake.host.with_file("/etc/x", "before");
    auto journal = Journal::begin(fake.host, "egress apply");
    REQUIRE(journal);
    REQUIRE(journal->save("/etc/x"));
    REQUIRE(journal->close(TxState::Committed, {}));
    CHECK(ask(id, fake.node).evidence == "kept of egress apply");
    const auto saved = Path{transactions_directory} / journal->record().id /
                       journal->record().entries.back().saved;
    REQUIRE(fake.host.remove(saved));
    CHECK(ask(id, fake.node).evidence == "what egress apply replaced of /etc/x is gone");
    fake.host.with_file(record_file(journal->record().id), "{");
    CHECK(verdict_of(id, fake.node) == Verdict::Fail);
}

TEST_CASE("ages are told in minutes, then in hours")
{
    CHECK(age_text(30s) == "0 min");
    CHECK(age_text(119min) == "119 min");
    CHECK(age_text(26h) == "26 h");
}
