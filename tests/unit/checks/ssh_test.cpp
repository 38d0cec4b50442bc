#include "unit/checks/fake_ssh.h"

using namespace harden;
using namespace harden::test;

TEST_CASE("sshd's own answer counts, not what a file says")
{
    // the seed read "PasswordAuthentication no" in the main file; a drop-in of cloud-init's won
    FakeNode fake;
    with_sshd(fake, {{"passwordauthentication", "yes"}});
    fake.host.with_file(sshd_config_file, "Include /etc/ssh/sshd_config.d/*.conf\n"
                                          "PasswordAuthentication no\n");
    const auto finding = ask("ssh.password-auth", fake.node);
    CHECK(finding.verdict == Verdict::Fail);
    CHECK(finding.evidence == "passwordauthentication yes for every connection");
}

TEST_CASE("each setting that opens a door fails its check, a hardened node passes")
{
    struct Row {
        const char* id;
        Settings changed;
        Verdict verdict;
    };
    const auto pass = Verdict::Pass;
    const auto fail = Verdict::Fail;
    for (const auto& [id, changed, verdict] : std::vector<Row>{
             {"ssh.password-auth", {}, pass},
             {"ssh.password-auth", {{"passwordauthentication", "yes"}}, fail},
             {"ssh.keyboard-interactive", {}, pass},
             {"ssh.keyboard-interactive", {{"kbdinteractiveauthentication", "yes"}}, fail},
             {"ssh.keyboard-interactive",
              {{"kbdinteractiveauthentication", "yes"},
               {"authenticationmethods", "publickey,keyboard-interactive"}},
              pass},
             {"ssh.keyboard-interactive",
              {{"kbdinteractiveauthentication", "yes"},
               {"authenticationmethods", "publickey keyboard-interactive"}},
              fail},
             {"ssh.root-login", {}, pass},
             {"ssh.root-login", {{"permitrootlogin", "no"}}, pass},
             {"ssh.root-login", {{"permitrootlogin", "yes"}}, fail},
             {"ssh.empty-passwords", {}, pass},
             {"ssh.empty-passwords", {{"permitemptypasswords", "yes"}}, fail},
             {"ssh.forwarding", {}, pass},
             {"ssh.forwarding", {{"x11forwarding", "yes"}}, fail},
             {"ssh.forwarding", {{"permittunnel", "point-to-point"}}, fail},
             {"ssh.forwarding", {{"ignorerhosts", "no"}}, fail},
             {"ssh.login-limits", {}, pass},
             {"ssh.login-limits", {{"maxauthtries", "3"}}, pass},
             {"ssh.login-limits", {{"maxauthtries", "6"}}, fail},
             {"ssh.login-limits", {{"logingracetime", "0"}}, fail},
             {"ssh.login-limits", {{"maxstartups", "10:30:500"}}, fail},
             {"ssh.login-limits", {{"maxstartups", "many"}}, fail},
         }) {
        INFO(id);
        CHECK(ask_with(id, changed).verdict == verdict);
    }
}

TEST_CASE("by profile a gap is told or fails")
{
    FakeNode fake;
    with_sshd(fake, {{"passwordauthentication", "yes"}});
    CHECK(ask("ssh.password-auth", fake.node, {}, Profile::Full).verdict == Verdict::Fail);
    CHECK(ask("ssh.password-auth", fake.node, {}, Profile::Baseline).verdict == Verdict::Info);
}

TEST_CASE("a Match block that opens the door for some is found")
{
    FakeNode fake;
    with_sshd(fake);
    fake.host.with_file(sshd_config_file,
                        "Match Address 10.0.0.0/8\n  PasswordAuthentication yes\n");
    say_to(fake.host, {.address = "10.0.0.1"}, {{"passwordauthentication", "yes"}});
    const auto finding = ask("ssh.password-auth", fake.node);
    CHECK(finding.verdict == Verdict::Fail);
    CHECK(contains(finding.evidence, "addr=10.0.0.1"));
}

TEST_CASE("with Match blocks every kind of connection is asked for, each once")
{
    FakeNode fake;
    with_sshd(fake);
    fake.host.with_file(sshd_config_file, "Match Group sftp\n  X11Forwarding no\n");
    CHECK(ask("ssh.password-auth", fake.node).evidence ==
          "passwordauthentication no for 3 kinds of connections"); // root twice, anna
}

TEST_CASE("a Match block that nobody can be asked about is unknown where it says something")
{
    FakeNode fake;
    with_sshd(fake);
    fake.host.with_file(sshd_config_file, "Match Host \"!*\"\n  PasswordAuthentication yes\n");
    CHECK(verdict_of("ssh.password-auth", fake.node) == Verdict::Unknown);
    CHECK(verdict_of("ssh.root-login", fake.node) == Verdict::Pass);
    // a group without members is nobody's
    fake.host.with_file(sshd_config_file, "Match Group none\n  PasswordAuthentication yes\n");
    CHECK(verdict_of("ssh.password-auth", fake.node) == Verdict::Pass);
}

TEST_CASE("more Match blocks than are asked about is unknown")
{
    FakeNode fake;
    with_sshd(fake);
    std::string text;
    for (int i = 0; i < 65; ++i)
        text += cat("Match LocalPort ", std::to_string(2000 + i), "\n  X11Forwarding no\n");
    fake.host.with_file(sshd_config_file, text);
    CHECK(verdict_of("ssh.password-auth", fake.node) == Verdict::Unknown);
}

TEST_CASE("an empty password in a file fails whatever sshd says")
{
    FakeNode fake;
    with_sshd(fake);
    fake.host.with_file("/etc/shadow", "root::1:::::\n", 0600);
    CHECK(ask("ssh.empty-passwords", fake.node).evidence == "root in /etc/shadow");
    fake.host.with_file("/etc/shadow", "root:*:1:::::\n", 0600);
    fake.host.with_file("/etc/passwd", "root:x:0:0::/root:/bin/sh\nann::1000:1000::/:/bin/sh\n");
    CHECK(ask("ssh.empty-passwords", fake.node).evidence == "ann in /etc/passwd");
    FakeNode unread;
    CHECK(verdict_of("ssh.empty-passwords", unread.node) == Verdict::Unknown);
}

TEST_CASE("something that slows down who knocks again and again is asked for")
{
    const auto asked = [](const Settings& changed, auto prepare) {
        FakeNode fake;
        with_sshd(fake, changed);
        prepare(fake);
        return ask("ssh.source-penalties", fake.node).verdict;
    };
    const auto nothing = [](FakeNode&) {};
    CHECK(asked({}, nothing) == Verdict::Fail);
    CHECK(asked({{"persourcepenalties", "no"}}, nothing) == Verdict::Fail);
    CHECK(asked({{"persourcepenalties", "crash:90 authfail:5"}}, nothing) == Verdict::Pass);
    CHECK(asked({{"persourcemaxstartups", "5"}}, nothing) == Verdict::Pass);
    CHECK(asked({}, [](FakeNode& fake) {
              fake.host.with_file("/run/fail2ban/fail2ban.sock", "");
          }) == Verdict::Pass);
    CHECK(asked({}, [](FakeNode& fake) { fake.firewall.inbound = "table"; }) == Verdict::Pass);
    CHECK(asked({}, [](FakeNode& fake) {
              fake.host.answering({sshd_program, "-T", "-C", to_text(SshConnection{})},
                                  {.status = 255, .err = "bad"});
          }) == Verdict::Unknown);
}

TEST_CASE("sshd that cannot be asked is unknown, none at all is not applicable")
{
    for (const auto* id : {"ssh.password-auth", "ssh.keyboard-interactive", "ssh.root-login",
                           "ssh.forwarding", "ssh.login-limits"}) {
        INFO(id);
        FakeNode fake;
        CHECK(verdict_of(id, fake.node) == Verdict::NotApplicable);
        with_sshd(fake);
        fake.host.answering({sshd_program, "-T", "-C", to_text(SshConnection{})},
                            {.status = 1, .err = "sshd: no hostkeys available -- exiting."});
        CHECK(verdict_of(id, fake.node) == Verdict::Unknown);
    }
}
