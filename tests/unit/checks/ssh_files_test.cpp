#include "unit/checks/fake_ssh.h"

using namespace harden;
using namespace harden::test;

using namespace std::chrono_literals;

static Finding asked(const std::string& id, const std::function<void(FakeHost&)>& change = {})
{
    FakeNode fake;
    with_sshd(fake);
    if (change)
        change(fake.host);
    return ask(id, fake.node, wire());
}

// A file with a time of its own.
static void write_at(FakeHost& host, const std::string& file, const std::string& text,
                     std::chrono::seconds time)
{
    const auto clock = host.clock;
    host.clock = time;
    REQUIRE(host.write(file, text, {}));
    host.clock = clock;
}

TEST_CASE("ssh.host-keys")
{
    constexpr auto id = "ssh.host-keys";
    constexpr auto file = "/etc/ssh/ssh_host_ed25519_key.pub";
    const auto own = asked(id);
    CHECK(own.verdict == Verdict::Pass);
    CHECK(contains(own.evidence, fake_fingerprint(ed25519_key)));
    CHECK(asked(id, [&](FakeHost& host) { host.with_file(file, rsa_key); }).verdict ==
          Verdict::Fail);
    CHECK(asked(id, [](FakeHost& host) {
              (void)host.remove("/etc/ssh/ssh_host_ed25519_key");
          }).evidence == "no ed25519 key");
    CHECK(asked(id, [&](FakeHost& host) { (void)host.remove(file); }).verdict == Verdict::Unknown);
    CHECK(asked(id, [&](FakeHost& host) { host.with_file(file, "x"); }).verdict ==
          Verdict::Unknown);
}

TEST_CASE("ssh.drop-in-first")
{
    constexpr auto id = "ssh.drop-in-first";
    constexpr auto cloud = "/etc/ssh/sshd_config.d/00-cloud.conf";
    CHECK(asked(id).verdict == Verdict::Pass);
    const auto late =
        asked(id, [&](FakeHost& host) { host.with_file(cloud, "PasswordAuthentication yes\n"); });
    CHECK(late.verdict == Verdict::Fail);
    CHECK(late.evidence == "/etc/ssh/sshd_config.d/00-cloud.conf:1 sets passwordauthentication "
                           "before it");
    CHECK(asked(id, [&](FakeHost& host) { host.with_file(cloud, "Banner none\n"); }).verdict ==
          Verdict::Pass);
    for (const auto* main :
         {"PasswordAuthentication no\n", "Match User ann\nInclude /etc/ssh/sshd_config.d/*.conf\n",
          "X11Forwarding no\nInclude /etc/ssh/sshd_config.d/*.conf\n"}) {
        INFO(main);
        CHECK(asked(id, [&](FakeHost& host) { host.with_file(sshd_config_file, main); }).verdict ==
              Verdict::Fail);
    }
    CHECK(asked(id, [](FakeHost& host) { (void)host.remove(sshd_drop_in_file); }).verdict ==
          Verdict::Fail);
    CHECK(asked(id, [](FakeHost& host) { (void)host.remove(sshd_config_file); }).verdict ==
          Verdict::Unknown);
}

TEST_CASE("ssh.running-config")
{
    constexpr auto id = "ssh.running-config";
    CHECK(asked(id).verdict == Verdict::Pass);
    SECTION("a file that was changed after sshd read it")
    {
        const auto newer = asked(id, [](FakeHost& host) {
            write_at(host, "/run/sshd.pid", "30\n", 100s);
            write_at(host, sshd_config_file, "Banner none\n", 200s);
        });
        CHECK(newer.evidence == "/etc/ssh/sshd_config was changed after sshd read it");
        CHECK(newer.verdict == Verdict::Fail);
    }
    SECTION("also our own")
    {
        CHECK(asked(id, [](FakeHost& host) {
                  write_at(host, "/run/sshd.pid", "30\n", 100s);
                  write_at(host, sshd_drop_in_file, "X11Forwarding no\n", 200s);
              }).verdict == Verdict::Fail);
    }
    SECTION("one that was reloaded since")
    {
        CHECK(asked(id, [](FakeHost& host) {
                  write_at(host, sshd_config_file, "Banner none\n", 200s);
                  write_at(host, "/run/sshd.pid", "30\n", 300s);
              }).verdict == Verdict::Pass);
    }
    SECTION("without its process file the wire alone tells")
    {
        const auto seen = asked(id, [](FakeHost& host) { (void)host.remove("/run/sshd.pid"); });
        CHECK(contains(seen.evidence, "nothing tells"));
        CHECK(seen.verdict == Verdict::Pass);
    }
    SECTION("other algorithms on the wire than in the files")
    {
        FakeNode fake;
        with_sshd(fake, {{"ciphers", "aes256-gcm@openssh.com"}});
        CHECK(ask(id, fake.node, wire()).evidence ==
              "its files say other Ciphers than it offers on the wire");
        CHECK(ask(id, fake.node).verdict == Verdict::Unknown);
    }
}

TEST_CASE("ssh.authorized-keys")
{
    constexpr auto id = "ssh.authorized-keys";
    constexpr auto file = "/root/.ssh/authorized_keys";
    CHECK(asked(id).evidence == "1 keys; no list of known keys is kept");
    // 2048 bits: the policy lets it in
    const auto short_key = asked(id, [&](FakeHost& host) { host.with_file(file, rsa_key, 0600); });
    CHECK(short_key.verdict == Verdict::Pass);
    CHECK(contains(short_key.evidence, "1 of them RSA below 3072 bits"));
    CHECK(asked(id, [&](FakeHost& host) { host.with_file(file, ed25519_key, 0666); }).verdict ==
          Verdict::Fail);
    CHECK(asked(id, [&](FakeHost& host) {
              host.with_file(file, cat("expiry-time=\"20200101\" ", ed25519_key), 0600);
          }).evidence == "/root/.ssh/authorized_keys:1 has expired");
    const auto unknown_key = asked(id, [](FakeHost& host) {
        host.with_file("/etc/harden/ssh.toml", "version = 1\nknown_keys = \"/etc/harden/keys\"\n");
        host.with_file("/etc/harden/keys", "SHA256:other\n");
    });
    CHECK(unknown_key.verdict == Verdict::Fail);
    CHECK(contains(unknown_key.evidence, "is not in /etc/harden/keys"));
    CHECK(asked(id, [](FakeHost& host) {
              host.answering({"getent", "passwd"}, {.status = 0, .out = ""});
              host.with_file("/etc/harden/ssh.toml",
                             "version = 1\nknown_keys = \"/etc/harden/none\"\n");
          }).verdict == Verdict::Unknown);
}

TEST_CASE("ssh.file-modes")
{
    constexpr auto id = "ssh.file-modes";
    CHECK(asked(id).verdict == Verdict::Pass);
    CHECK(
        asked(id, [](FakeHost& host) {
            host.with_file(sshd_drop_in_file, "X11Forwarding no\n", 0666);
        }).evidence == "/etc/ssh/sshd_config.d/00-harden.conf can be written by others than root");
    CHECK(asked(id, [](FakeHost& host) {
              host.with_file("/etc/ssh/ssh_host_ed25519_key", "secret", 0640);
          }).evidence == "/etc/ssh/ssh_host_ed25519_key can be read by others than root");
    CHECK(asked(id, [](FakeHost& host) { (void)host.remove(sshd_config_file); }).verdict ==
          Verdict::Unknown);
}
