#include "unit/checks/fake_ssh.h"

using namespace harden;
using namespace harden::test;

static void journal(FakeHost& host, const std::string& last_hour, const std::string& boot = {})
{
    host.having("journalctl", [=](auto&, const Command& command, auto) {
        const bool is_hour = std::ranges::find(command, "--since=-1h") != command.end();
        return Output{.out = is_hour ? last_hour : boot};
    });
}

TEST_CASE("ssh.listen-addresses")
{
    const auto asked = [](const std::string& meant, const std::vector<Server>& servers) {
        FakeNode fake;
        with_sshd(fake, {{"listenaddress", meant}});
        run_servers(fake.host, servers);
        return ask("ssh.listen-addresses", fake.node);
    };
    CHECK(asked("0.0.0.0:22", {{30, "sshd", 22}}).evidence == "0.0.0.0:22");
    CHECK(asked("0.0.0.0:2222", {{30, "sshd", 22}}).verdict == Verdict::Fail);
    CHECK(asked("0.0.0.0:22", {{30, "sshd", 22}, {30, "sshd", 2222}}).verdict == Verdict::Fail);
    CHECK(asked("127.0.0.1:22", {{30, "sshd", 22}}).verdict == Verdict::Fail);
    CHECK(asked("0.0.0.0:22", {}).verdict == Verdict::NotApplicable);
    SECTION("behind systemd's socket, which a Port in the files does not move")
    {
        FakeNode fake;
        with_sshd(fake, {{"listenaddress", "0.0.0.0:2222"}});
        run_servers(fake.host, {{1, "systemd", 22}});
        fake.host.answering({"systemctl", "show", "--property=Listen", "ssh.socket", "sshd.socket"},
                            {.out = "Listen=0.0.0.0:22 (Stream)\n"});
        CHECK(ask("ssh.listen-addresses", fake.node).evidence ==
              "systemd's socket listens on 0.0.0.0:22, its files say 0.0.0.0:2222");
    }
    SECTION("what a login forwards is not sshd's own")
    {
        FakeNode fake;
        with_sshd(fake);
        run_servers(fake.host, {{30, "sshd", 22}, {50, "sshd", 8080}});
        fake.host.with_file("/proc/50/cmdline", "sshd: ann@pts/0");
        CHECK(ask("ssh.listen-addresses", fake.node).verdict == Verdict::Pass);
    }
    SECTION("unknown where nobody can tell")
    {
        FakeNode fake;
        with_sshd(fake);
        fake.host.answering({sshd_program, "-T", "-C", to_text(SshConnection{})},
                            {.status = 1, .err = "bad"});
        CHECK(verdict_of("ssh.listen-addresses", fake.node) == Verdict::Unknown);
    }
}

TEST_CASE("ssh.logging")
{
    FakeNode fake;
    with_sshd(fake);
    CHECK(verdict_of("ssh.logging", fake.node) == Verdict::Unknown);
    journal(fake.host, "Accepted publickey for ann\n");
    CHECK(verdict_of("ssh.logging", fake.node) == Verdict::Pass);
    journal(fake.host, "", "Server listening on 0.0.0.0 port 22.\n");
    CHECK(ask("ssh.logging", fake.node).evidence == "the journal has lines of this boot");
    fake.host.having("journalctl", [](auto&, auto&, auto) { return Output{.status = 1}; });
    CHECK(verdict_of("ssh.logging", fake.node) == Verdict::Fail);
    fake.host.having("journalctl", [](auto&, auto&, auto) {
        return Output{.status = 1, .err = "No journal files were opened: permission denied"};
    });
    CHECK(verdict_of("ssh.logging", fake.node) == Verdict::Unknown);
    journal(fake.host, "", "");
    CHECK(verdict_of("ssh.logging", fake.node) == Verdict::Fail);
    for (const auto* level : {"QUIET", "ERROR", "DEBUG3"})
        CHECK(ask_with("ssh.logging", {{"loglevel", level}}).verdict == Verdict::Fail);
}

TEST_CASE("ssh.brute-force")
{
    const auto asked = [](int failures, const Settings& changed) {
        FakeNode fake;
        with_sshd(fake, changed);
        std::string text = "Connection closed by authenticating user root 127.0.0.1 port 7\n";
        for (int i = 0; i < failures; ++i)
            text += "Invalid user admin from 192.0.2.9 port 40000\n";
        journal(fake.host, text);
        return ask("ssh.brute-force", fake.node);
    };
    CHECK(asked(3, {}).evidence ==
          "3 failed logins in the last hour; nothing would slow them down");
    CHECK(asked(3, {}).verdict == Verdict::Pass);
    CHECK(asked(100, {}).verdict == Verdict::Fail);
    CHECK(asked(100, {{"persourcepenalties", "authfail:5"}}).verdict == Verdict::Pass);
    FakeNode fake;
    CHECK(verdict_of("ssh.brute-force", with_sshd(fake).node) == Verdict::Unknown);
}
