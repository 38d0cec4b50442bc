#include "ssh/operator_login.h"
#include "support/catch.hpp"
#include "support/fake_sshd.h"

using namespace harden;
using namespace harden::test;

static constexpr std::string_view accepted =
    "Accepted publickey for ann from 192.0.2.7 port 51234 ssh2: ED25519 SHA256:AbC+/d";

TEST_CASE("sshd's line about a login tells user, origin and key")
{
    const auto key = parse_accepted_key(accepted);
    REQUIRE(key);
    CHECK(key->user == "ann");
    CHECK(key->address == "192.0.2.7");
    CHECK(key->port == "51234");
    CHECK(key->key_type == "ED25519");
    CHECK(key->fingerprint == "SHA256:AbC+/d");
    CHECK(key->authority.empty());
    const auto certificate =
        parse_accepted_key("x sshd[7]: Accepted publickey for bob from 2001:db8::1 port 9 ssh2: "
                           "RSA-CERT SHA256:one ID bob (serial 0) CA ED25519 SHA256:two");
    REQUIRE(certificate);
    CHECK(certificate->fingerprint == "SHA256:one");
    CHECK(certificate->authority == "SHA256:two");
    for (const auto* line : {"", "Accepted password for ann from 192.0.2.7 port 5 ssh2",
                             "Accepted publickey for ann", "Accepted publickey for  ssh2: ",
                             "Failed publickey for ann from 192.0.2.7 port 1 ssh2: X"})
        CHECK_FALSE(parse_accepted_key(line));
}

TEST_CASE("the connection is what sshd saw of it")
{
    std::string port;
    const auto seen = parse_ssh_connection("192.0.2.7 51234 203.0.113.5 2222\n", port);
    REQUIRE(seen);
    CHECK(seen->address == "192.0.2.7");
    CHECK(seen->local_address == "203.0.113.5");
    CHECK(seen->local_port == "2222");
    CHECK(port == "51234");
    for (const auto* text : {"", "a b c d", "UNKNOWN 65535 UNKNOWN 65535", "1.2.3.4 5 6.7.8.9",
                             "1.2.3.4,user=x 5 6.7.8.9 22"})
        CHECK_FALSE(parse_ssh_connection(text, port));
}

static void connect(FakeHost& host)
{
    log_in(host, "ann", 500);
    const std::string environment{"HOME=/home/ann\0SSH_CONNECTION=192.0.2.7 51234 10.0.0.5 22\0",
                                  63};
    host.with_file("/proc/50/environ", environment);
}

TEST_CASE("the key of this login stands in the journal, under its own connection")
{
    FakeHost host;
    connect(host);
    host.answering({"journalctl", "--quiet", "--boot", "--output=cat", "_PID=40", "_UID=0"},
                   {.out = cat("Accepted publickey for ann from 192.0.2.7 port 1 ssh2: RSA "
                               "SHA256:another\n",
                               accepted, "\n")});
    const auto login = operator_login(host);
    REQUIRE(login);
    CHECK(login->user == "ann");
    CHECK(login->has_address());
    CHECK(login->connection.user == "ann");
    CHECK(login->connection.address == "192.0.2.7");
    CHECK(login->connection.local_address == "10.0.0.5");
    CHECK(login->fingerprint == "SHA256:AbC+/d");
}

TEST_CASE("or in the file of syslog; where neither tells the key is not known")
{
    FakeHost host;
    connect(host);
    CHECK(operator_login(host)->fingerprint.empty());
    host.with_file("/var/log/auth.log", "");
    host.answering({"tail", "-c", "4194304", "/var/log/auth.log"},
                   {.out = cat("2026-11-22 node sshd[40]: ", accepted, "\n")});
    CHECK(operator_login(host)->fingerprint == "SHA256:AbC+/d");
}

TEST_CASE("or in the session's own file, where sshd exposes it")
{
    FakeHost host;
    log_in(host, "ann", 500);
    install_fake_ssh_keygen(host);
    const std::string environment{"SSH_USER_AUTH=/tmp/sshauth.x\0", 30};
    host.with_file("/proc/50/environ", environment);
    host.with_file("/tmp/sshauth.x", cat("password\npublickey ", ed25519_key));
    const auto login = operator_login(host);
    REQUIRE(login);
    CHECK(login->fingerprint == fake_fingerprint(ed25519_key));
    CHECK(login->key_type == "ssh-ed25519");
}

TEST_CASE("on a console nobody is known")
{
    FakeHost host;
    host.with_file("/proc/self/stat", "9 (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 0\n");
    const auto login = operator_login(host);
    REQUIRE(login);
    CHECK(login->user.empty());
    CHECK_FALSE(login->has_address());
}
