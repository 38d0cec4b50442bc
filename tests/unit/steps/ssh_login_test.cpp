#include "steps/ssh_login.h"
#include "support/catch.hpp"
#include "support/fake_sshd.h"

using namespace harden;
using namespace harden::test;

TEST_CASE("sshd's log tells who came in, or why nobody did")
{
    const auto came =
        outcome_in("debug1: kex: algorithm: sntrup761x25519-sha512 [preauth]\n"
                   "Accepted publickey for root from 192.0.2.7 port 5 ssh2: ED25519 SHA256:abc\n");
    REQUIRE(came);
    CHECK(*came == "root by ED25519 SHA256:abc over sntrup761x25519-sha512");
    struct Row {
        std::string_view log, reason;
    };
    const Row rows[] = {
        {"debug1: x\nUser root from 192.0.2.7 not allowed because not listed in AllowUsers\n"
         "Connection closed by invalid user root 192.0.2.7 port 5 [preauth]\n",
         "User root from 192.0.2.7 not allowed because not listed in AllowUsers"},
        {"Unable to negotiate with 192.0.2.7 port 5: no matching key exchange method found. Their "
         "offer: curve25519-sha256 [preauth]\n",
         "Their offer: curve25519-sha256"},
        {"", "sshd said nothing"},
        {"debug1: a\nConnection reset by peer\ndebug1: b\n", "Connection reset by peer"}};
    for (const auto& row : rows) {
        const auto outcome = outcome_in(row.log);
        REQUIRE_FALSE(outcome);
        INFO(outcome.error().message);
        CHECK(outcome.error().message.ends_with(row.reason));
    }
}

TEST_CASE("a rehearsal leaves its record and nothing else")
{
    FakeHost host;
    make_ssh_server(host);
    const auto process = host.status("/proc/self")->target.native();
    host.with_file("/run/harden/ssh-rehearsal-7.conf", "of a killed run");
    SshRehearsal rehearsal;
    rehearsal.configuration = "KexAlgorithms mlkem768x25519-sha256\n";
    rehearsal.unproven = "only post-quantum key exchanges would be left";
    auto attempt = LoginRehearsal::prepare(host, rehearsal);
    REQUIRE(attempt);
    CHECK(host.status("/run/harden/ssh-rehearsal-7.conf").is_absent());
    const auto file = cat("/run/harden/ssh-rehearsal-", process, ".conf");
    CHECK(*host.read(file) == rehearsal.configuration);
    CHECK(host.status(file)->mode == 0600);
    REQUIRE(attempt->note_login());
    CHECK_FALSE(check_proof(host, rehearsal));
    host.with_file(cat("/run/harden/ssh-rehearsal-", process, ".log"),
                   "Accepted publickey for root from 192.0.2.7 port 5 ssh2: ED25519 SHA256:abc\n",
                   0600);
    REQUIRE(attempt->note_login());
    CHECK(check_proof(host, rehearsal));
    CHECK(attempt->finish());
    CHECK(host.status(file).is_absent());
    SECTION("a proof for other settings proves nothing")
    {
        rehearsal.configuration += "Ciphers aes256-ctr\n";
        const auto proof = check_proof(host, rehearsal);
        REQUIRE_FALSE(proof);
        CHECK(proof.error().message.find("only post-quantum") == 0);
        CHECK(proof.error().hint.find("ProxyCommand") != std::string::npos);
    }
}
