#include "checks/ssh_facts.h"
#include "unit/checks/ask.h"

using namespace harden;
using namespace harden::test;

static constexpr auto closed = "passwordauthentication no\nkbdinteractiveauthentication no\n"
                               "permitrootlogin without-password\n";
static constexpr auto open_for_passwords = "passwordauthentication yes\n"
                                           "kbdinteractiveauthentication no\n"
                                           "permitrootlogin without-password\n";

static void answer(FakeHost& host, const SshConnection& connection, const std::string& settings)
{
    host.answering({sshd_program, "-T", "-C", to_text(connection)}, {.out = settings});
}

static FakeNode& prepared(FakeNode& fake, const std::string& config, const std::string& settings)
{
    fake.host.with_file(sshd_program, "ELF", 0755);
    fake.host.with_file(sshd_config_file, config);
    fake.host.with_file("/etc/group", "root:x:0:\nsftp:x:100:anna\n");
    fake.host.with_file("/etc/passwd", "root:x:0:0::/root:/bin/bash\n"
                                       "daemon:x:1:1::/:/usr/sbin/nologin\n"
                                       "anna:x:1000:1000::/home/anna:/bin/bash\n");
    answer(fake.host, {}, settings);
    return fake;
}

TEST_CASE("sshd's own answer counts, not what a file says")
{
    // the seed read "PasswordAuthentication no" in the main file; a drop-in of cloud-init's won
    FakeNode fake;
    prepared(fake, "Include /etc/ssh/sshd_config.d/*.conf\nPasswordAuthentication no\n",
             open_for_passwords);
    fake.host.with_file("/etc/ssh/sshd_config.d/50-cloud-init.conf",
                        "PasswordAuthentication yes\n");
    const auto finding = ask("ssh.password-auth", fake.node);
    CHECK(finding.verdict == Verdict::Fail);
    CHECK(finding.evidence == "passwordauthentication yes for every connection");
}

TEST_CASE("a closed sshd passes, by profile a gap is told or fails")
{
    FakeNode fake;
    prepared(fake, "", closed);
    for (const auto* id : {"ssh.password-auth", "ssh.keyboard-interactive", "ssh.root-login"})
        CHECK(verdict_of(id, fake.node) == Verdict::Pass);
    prepared(fake, "",
             "passwordauthentication yes\nchallengeresponseauthentication yes\n"
             "permitrootlogin yes\n");
    for (const auto* id : {"ssh.password-auth", "ssh.keyboard-interactive", "ssh.root-login"}) {
        CHECK(ask(id, fake.node, {}, Profile::Full).verdict == Verdict::Fail);
        CHECK(ask(id, fake.node, {}, Profile::Baseline).verdict == Verdict::Info);
    }
}

TEST_CASE("a Match block that opens the door for some is found")
{
    FakeNode fake;
    prepared(fake, "Match Address 10.0.0.0/8\n  PasswordAuthentication yes\n", closed);
    answer(fake.host, {.address = "10.0.0.0"}, open_for_passwords);
    answer(fake.host, {.address = "2001:db8::1"}, closed);
    answer(fake.host, {.user = "anna"}, closed);
    const auto finding = ask("ssh.password-auth", fake.node);
    CHECK(finding.verdict == Verdict::Fail);
    CHECK(contains(finding.evidence, "addr=10.0.0.0"));
}

TEST_CASE("with Match blocks every kind of connection is asked for")
{
    FakeNode fake;
    prepared(fake, "Match Group sftp\n  X11Forwarding no\n", closed);
    answer(fake.host, {.user = "anna"}, closed);
    answer(fake.host, {.address = "2001:db8::1"}, closed);
    CHECK(ask("ssh.password-auth", fake.node).evidence ==
          "passwordauthentication closed for 4 kinds of connections");
}

TEST_CASE("sshd that cannot be asked is unknown, none at all is not applicable")
{
    FakeNode fake;
    CHECK(verdict_of("ssh.password-auth", fake.node) == Verdict::NotApplicable);
    prepared(fake, "", closed);
    fake.host.answering({sshd_program, "-T", "-C", to_text(SshConnection{})},
                        {.status = 1, .err = "sshd: no hostkeys available -- exiting."});
    CHECK(verdict_of("ssh.password-auth", fake.node) == Verdict::Unknown);
}

TEST_CASE("a Match line becomes a connection that it applies to")
{
    const auto made = [](std::vector<std::string> arguments) {
        return to_text(matching_connection({.name = "match", .arguments = std::move(arguments)},
                                           "wheel:x:10:bert,carl\n"));
    };
    CHECK(contains(made({"User", "!root,git*"}), "user=git,"));
    CHECK(contains(made({"Group", "wheel"}), "user=bert,"));
    CHECK(contains(made({"Host", "*.example.org", "LocalPort", "2222"}), "host=.example.org,"));
    CHECK(contains(made({"LocalPort", "2222"}), "lport=2222"));
    CHECK(contains(made({"all"}), "user=root,"));
}
