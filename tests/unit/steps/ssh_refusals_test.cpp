#include "ssh/rehearsal.h"
#include "ssh/sshd_config.h"
#include "ssh/sshd_settings.h"
#include "steps/ssh.h"
#include "steps/transaction.h"
#include "support/catch.hpp"
#include "support/fake_node.h"
#include "support/fake_sshd.h"
#include "support/ssh_node.h"

#include <algorithm>

using namespace harden;
using namespace harden::test;

TEST_CASE("nobody is locked out: no key, no change")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    fake.host.with_file("/root/.ssh/authorized_keys", "# none\n", 0600);
    CHECK(refusal(fake).find("no authorized key for root: you would lock yourself out") !=
          std::string::npos);
    fake.host.answering({"getent", "passwd", "--", "ann"},
                        {.out = "ann:x:1000:1000::/home/ann:/bin/bash\n"});
    CHECK(refusal(fake, "ann").find("no authorized key for ann") != std::string::npos);
    CHECK(refusal(fake, "").find("no authorized key for root") != std::string::npos);
}

TEST_CASE("what is on disk and not yet loaded would lock out too, and is told first")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    fake.host.with_file("/etc/ssh/sshd_config.d/10-ops.conf", "AllowUsers bob\n");
    CHECK(refusal(fake).find("sshd's files as they are would lock you out at its next reload: "
                             "AllowUsers bob keeps root out") != std::string::npos);
}

TEST_CASE("a file that sshd has not read yet is not brought in by us, unless a login tried it")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    fake.host.with_file("/run/sshd.pid", "30\n");
    fake.host.having("sleep", [](auto&, auto&, auto) { return Output{}; });
    fake.host.doing({"systemctl", "reload", "ssh.service"}, [](FakeHost& host) {
        REQUIRE(host.write("/run/sshd.pid", "30\n"));
        return Output{};
    });
    const auto rehearsed =
        rehearse(fake.host, *ssh_policy_from(*ssh_settings(fake.host)), login_of("root"));
    REQUIRE(rehearsed);
    CHECK(rehearsed->unproven.empty());
    REQUIRE(fake.host.write("/etc/ssh/sshd_config.d/20-new.conf", "MaxAuthTries 3\n"));
    fake.host.made.clear();
    CHECK(refusal(fake).find("20-new.conf was changed after sshd read it") != std::string::npos);
    const auto now =
        rehearse(fake.host, *ssh_policy_from(*ssh_settings(fake.host)), login_of("root"));
    fake.host.with_file(ssh_rehearsal_record, now->configuration, 0600);
    CHECK(harden_ssh(fake)->ended == Ended::Armed);
}

TEST_CASE("where there is cloud-init it is kept from letting passwords in again")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    fake.host.with_file("/etc/cloud/cloud.cfg", "");
    fake.host.with_file("/etc/cloud/cloud.cfg.d/99_site.cfg", "ssh_pwauth: true\n");
    const auto before = fake.host.files();
    const auto preview =
        preview_ssh(fake.node, *ssh_policy_from(*ssh_settings(fake.host)), login_of("root"));
    REQUIRE(preview);
    CHECK(std::ranges::count(preview->notes,
                             "cloud-init reads it after our file: "
                             "/etc/cloud/cloud.cfg.d/99_site.cfg: ssh_pwauth: true") == 1);
    const auto outcome = harden_ssh(fake);
    REQUIRE(outcome);
    const auto text = fake.host.read("/etc/cloud/cloud.cfg.d/99-harden.cfg");
    REQUIRE(text);
    CHECK(text->ends_with("\nssh_pwauth: false\n"));
    REQUIRE(roll_back(fake.host, outcome->transaction, RollBack::Wanted));
    CHECK(fake.host.files() == before);
}

TEST_CASE("RequiredRSASize spares a key that lets somebody in, and says which")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    fake.host.with_file("/root/.ssh/authorized_keys", rsa_key, 0600);
    const auto preview = [&](const char* profile) {
        return preview_ssh(fake.node, *ssh_policy_from(*ssh_settings(fake.host), profile),
                           login_of("root"));
    };
    const auto says_so = [](const SshPreview& seen) {
        return std::ranges::count(seen.notes, "left out: RequiredRSASize 3072, for "
                                              "/root/.ssh/authorized_keys:1 is an RSA key of "
                                              "2048 bits") == 1;
    };
    fake.host.with_file(site_ssh_policy, "version = 1\n[algorithms]\n"
                                         "KexAlgorithms = [\"curve25519-sha256\"]\n");
    CHECK(says_so(*preview("modern")));
    CHECK_FALSE(says_so(*preview("intermediate"))); // 2048 bits are enough for it
}

TEST_CASE("what we put back ourselves is no change that sshd has not read")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    fake.host.with_file("/run/sshd.pid", "30\n");
    fake.host.with_file(sshd_config_file, "MaxAuthTries 6\n");
    fake.host.doing({sshd_program, "-t"},
                    [](FakeHost&) { return Output{.status = 255, .err = "bad"}; });
    CHECK(harden_ssh(fake)->ended == Ended::RolledBack);
    const auto policy = *ssh_policy_from(*ssh_settings(fake.host));
    CHECK(rehearse(fake.host, policy, login_of("root"))->unproven.empty());
    REQUIRE(fake.host.write(sshd_config_file, "MaxAuthTries 5\n"));
    CHECK_FALSE(rehearse(fake.host, policy, login_of("root"))->unproven.empty());
}

TEST_CASE("a Match block before the Include is refused, by its line")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    fake.host.with_file(sshd_config_file,
                        "MaxAuthTries 6\nMatch User ann\nInclude /etc/ssh/sshd_config.d/*.conf\n");
    CHECK(refusal(fake).find("/etc/ssh/sshd_config:2") != std::string::npos);
}

TEST_CASE("a line that wins over the drop-in is refused, by its place")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    SECTION("in the main file")
    {
        fake.host.with_file(
            sshd_config_file,
            "\nPasswordAuthentication yes\nInclude /etc/ssh/sshd_config.d/*.conf\n");
        CHECK(
            refusal(fake).find("/etc/ssh/sshd_config:2: PasswordAuthentication yes would still be "
                               "in force, not no") != std::string::npos);
    }
    SECTION("in a drop-in that is read first")
    {
        fake.host.with_file("/etc/ssh/sshd_config.d/00-a.conf", "PasswordAuthentication yes\n");
        CHECK(refusal(fake).find("00-a.conf:1: PasswordAuthentication") != std::string::npos);
    }
}

TEST_CASE("leave for Match blocks is none for a line that holds for all")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    fake.host.with_file("/etc/ssh/sshd_config.d/00-a.conf", "PasswordAuthentication yes\n");
    fake.host.with_file(sshd_config_file, "Include /etc/ssh/sshd_config.d/*.conf\n"
                                          "Match User ann\nMaxAuthTries 3\n");
    fake.host.with_file(site_ssh_policy, "version = 1\nmatch_blocks = \"keep\"\n");
    CHECK(refusal(fake).find("00-a.conf:1: PasswordAuthentication") != std::string::npos);
}

TEST_CASE("a Match block that weakens a setting is refused, or kept by the site's leave")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    fake.host.with_file(sshd_config_file, "Include /etc/ssh/sshd_config.d/*.conf\nMaxAuthTries 3\n"
                                          "Match Address 10.0.0.0/8\nPasswordAuthentication yes\n");
    SECTION("refused, with its line and the question that shows it")
    {
        const auto said = refusal(fake);
        CHECK(said.find(
                  "/etc/ssh/sshd_config:4: PasswordAuthentication yes would still be in force") !=
              std::string::npos);
        CHECK(said.find("addr=10.0.0.1") != std::string::npos);
    }
    SECTION("kept and named")
    {
        fake.host.with_file(site_ssh_policy, "version = 1\nmatch_blocks = \"keep\"\n");
        const auto preview =
            preview_ssh(fake.node, *ssh_policy_from(*ssh_settings(fake.host)), login_of("root"));
        REQUIRE(preview);
        REQUIRE(preview->kept.size() == 1);
        CHECK(preview->kept[0].what.find("addr=10.0.0.1") != std::string::npos);
        CHECK(harden_ssh(fake)->ended == Ended::Armed);
        CHECK(fake.host.read(sshd_drop_in_file)->find("MaxAuthTries 3\n") != std::string::npos);
    }
}
