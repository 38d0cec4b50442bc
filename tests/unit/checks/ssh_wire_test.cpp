#include "unit/checks/fake_ssh.h"

using namespace harden;
using namespace harden::test;

static const std::vector<std::string> wire_checks{"ssh.offered-methods",  "ssh.key-exchange",
                                                  "ssh.ciphers",          "ssh.strict-key-exchange",
                                                  "ssh.login-grace-race", "ssh.other-servers"};

static void answer_login(FakeHost& host, Output answer)
{
    host.having("ssh", [answer = std::move(answer)](auto&, const Command& command, auto) {
        return command[1] == "-Q"
                   ? Output{.out = "curve25519-sha256\nsntrup761x25519-sha512@openssh.com\n"}
                   : answer;
    });
}

static Finding ask_wire(const std::string& id, const Greeting& greeting,
                        const Settings& changed = {})
{
    FakeNode fake;
    with_sshd(fake, changed);
    answer_login(fake.host,
                 {.status = 255, .err = "root@127.0.0.1: Permission denied (publickey)."});
    return ask(id, fake.node, wire(greeting));
}

TEST_CASE("what the running sshd offers on the wire is judged")
{
    struct Row {
        const char* id;
        Greeting greeting;
        Verdict verdict;
    };
    const auto pass = Verdict::Pass;
    const auto fail = Verdict::Fail;
    for (const auto& [id, greeting, verdict] : std::vector<Row>{
             {"ssh.key-exchange", {}, pass},
             {"ssh.key-exchange", {.key_exchanges = "curve25519-sha256,ecdh-sha2-nistp256"}, fail},
             {"ssh.key-exchange", {.key_exchanges = "diffie-hellman-group14-sha1"}, fail},
             {"ssh.key-exchange", {.key_exchanges = "curve25519-sha256"}, fail}, // no post-quantum
             {"ssh.ciphers", {}, pass},
             {"ssh.ciphers", {.ciphers = "aes128-ctr,aes128-cbc"}, fail},
             {"ssh.ciphers", {.macs = "hmac-sha2-256"}, fail},
             {"ssh.strict-key-exchange", {}, pass},
             {"ssh.strict-key-exchange", {.key_exchanges = "curve25519-sha256"}, fail},
             {"ssh.strict-key-exchange",
              {.key_exchanges = "curve25519-sha256", .ciphers = "aes128-ctr"},
              pass},
             {"ssh.strict-key-exchange",
              {.key_exchanges = "curve25519-sha256", .ciphers = "aes128-cbc"},
              fail},
             {"ssh.strict-key-exchange",
              {.key_exchanges = "curve25519-sha256", .ciphers = "aes128-cbc", .macs = "hmac-sha1"},
              pass},
         }) {
        INFO(id << " " << greeting.key_exchanges << " " << greeting.ciphers);
        CHECK(ask_wire(id, greeting).verdict == verdict);
    }
}

TEST_CASE("an OpenSSH without a post-quantum method is not blamed for it")
{
    FakeNode fake;
    with_sshd(fake);
    fake.host.answering({"ssh", "-Q", "kex"}, {.out = "curve25519-sha256\n"});
    const Greeting classical{.key_exchanges = "curve25519-sha256"};
    CHECK(ask("ssh.key-exchange", fake.node, wire(classical)).verdict == Verdict::Pass);
    FakeNode without_client;
    with_sshd(without_client);
    CHECK(ask("ssh.key-exchange", without_client.node, wire(classical)).verdict ==
          Verdict::Unknown);
}

TEST_CASE("the grace race by version, release, changelog and setting")
{
    struct Row {
        const char* identification;
        Settings changed;
        Verdict verdict;
    };
    for (const auto& [identification, changed, verdict] : std::vector<Row>{
             {"SSH-2.0-OpenSSH_8.4p1 Debian-5", {}, Verdict::Pass},
             {"SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.6", {}, Verdict::Fail},
             {"SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.10", {}, Verdict::Pass},
             {"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2", {}, Verdict::Fail},
             {"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2", {{"logingracetime", "0"}}, Verdict::Pass},
             {"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7", {}, Verdict::Pass},
             {"SSH-2.0-OpenSSH_9.7", {}, Verdict::Fail},
             {"SSH-2.0-OpenSSH_9.8p1", {}, Verdict::Pass},
             {"SSH-2.0-OpenSSH_10.0p2 Debian-7", {}, Verdict::Pass},
             {"SSH-2.0-dropbear_2022.83", {}, Verdict::Pass},
         }) {
        INFO(identification);
        CHECK(
            ask_wire("ssh.login-grace-race", {.identification = identification}, changed).verdict ==
            verdict);
    }
    FakeNode fake;
    with_sshd(fake);
    fake.host.answering({"zcat", "/usr/share/doc/openssh-server/changelog.Debian.gz"},
                        {.out = "  * fixes CVE-2024-6387\n"});
    CHECK(ask("ssh.login-grace-race", fake.node,
              wire({.identification = "SSH-2.0-OpenSSH_9.6p1 Own-1"}))
              .verdict == Verdict::Pass);
}

TEST_CASE("the methods that a login is offered are judged")
{
    const auto offered = [](Output answer) {
        FakeNode fake;
        with_sshd(fake);
        answer_login(fake.host, std::move(answer));
        return ask("ssh.offered-methods", fake.node, wire());
    };
    CHECK(offered({255, "", "root@127.0.0.1: Permission denied (publickey)."}).verdict ==
          Verdict::Pass);
    const auto open = offered({255, "",
                               "root@127.0.0.1: Permission denied "
                               "(publickey,keyboard-interactive)."});
    CHECK(open.verdict == Verdict::Fail);
    CHECK(open.evidence == "publickey, keyboard-interactive on port 22");
    CHECK(contains(offered({}).evidence, "without any proof"));
    CHECK(offered({255, "", "Connection reset by 127.0.0.1 port 22"}).verdict == Verdict::Unknown);
}

TEST_CASE("what was not asked on the wire is unknown, and without sshd not applicable")
{
    for (const auto& id : wire_checks) {
        INFO(id);
        FakeNode fake;
        with_sshd(fake);
        CHECK(ask(id, fake.node).verdict == Verdict::Unknown);
        CHECK(ask(id, fake.node, {.talk = talk_of({{22, "220 mail\r\n"}})}).verdict ==
              Verdict::Unknown);
        run_servers(fake.host, {});
        CHECK(ask(id, fake.node, wire()).verdict ==
              (id == "ssh.other-servers" ? Verdict::Pass : Verdict::NotApplicable));
    }
}

TEST_CASE("a second shell is found by its name or by what it says")
{
    const auto asked = [](const Server& server, const std::string& said) {
        FakeNode fake;
        with_sshd(fake);
        run_servers(fake.host, {{30, "sshd", 22}, server});
        return ask("ssh.other-servers", fake.node,
                   {.talk = talk_of({{22, greeting_of({})}, {server.port, said}})});
    };
    CHECK(asked({40, "dropbear", 2222}, "").evidence == "dropbear on port 2222");
    CHECK(asked({40, "innocent", 2222}, "SSH-2.0-x\r\n").evidence ==
          "an SSH server (innocent) on port 2222");
    CHECK(asked({40, "busybox", 2323}, "\xff\xfd\x01\xff").verdict == Verdict::Fail);
    CHECK(asked({40, "nginx", 80}, "").verdict == Verdict::Pass);
    CHECK(asked({40, "docker-proxy", 2222}, "SSH-2.0-x\r\n").verdict == Verdict::Pass);
    CHECK(asked({40, "mysqld", 3306}, "SSH-2.0-x\r\n").verdict == Verdict::Pass);
    CHECK(asked({40, "dropbear", 2222, "0100007F"}, "").verdict == Verdict::Pass); // loopback
}
